-- reads:  landing.* (counts, rejects and every kind)
-- writes: base.reconciliation (reconcile.py tells whether what is found is what is expected)
-- grain:  one row per check and source: no row of a file was lost on the way to the tables
-- params: $kinds (the tables of every kind of source)
with people as (
    select source, count(*) as rows from landing.people group by source
),

all_rows as (
    select source, count(*) as rows from query_table($kinds, true) group by source
),

rejected as (
    select
        source,
        count(*) filter (where stage = 'read') as read_rows,
        count(*) filter (where stage <> 'read') as conform_rows,
    from landing.rejects
    group by source
)

select
    'rows_read' as check_name,
    source as subject,
    rows_read as expected,
    rows_blank + rows_filtered + rows_read_rejected + rows_landed as found,
from landing.counts
union all
select
    'rows_landed' as check_name,
    source as subject,
    rows_landed as expected,
    rows_conformed + rows_conform_rejected as found,
from landing.counts
union all
-- a source of facts that also names people has its rows in both tables
select
    'rows_conformed' as check_name,
    counts.source as subject,
    counts.rows_conformed + case when counts.kind = 'people' then 0 else counts.rows_people end as expected,
    coalesce(all_rows.rows, 0) as found,
from landing.counts
left join all_rows on all_rows.source = counts.source
union all
select
    'rows_people' as check_name,
    counts.source as subject,
    counts.rows_people as expected,
    coalesce(people.rows, 0) as found,
from landing.counts
left join people on people.source = counts.source
union all
select
    'rejects_read' as check_name,
    counts.source as subject,
    counts.rows_read_rejected as expected,
    coalesce(rejected.read_rows, 0) as found,
from landing.counts
left join rejected on rejected.source = counts.source
union all
select
    'rejects_conform' as check_name,
    counts.source as subject,
    counts.rows_conform_rejected as expected,
    coalesce(rejected.conform_rows, 0) as found,
from landing.counts
left join rejected on rejected.source = counts.source
