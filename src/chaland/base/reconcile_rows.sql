-- reads:  landing.* (counts, rejects and every kind)
-- writes: base.reconciliation
-- grain:  one row per check and source: no row of a file was lost on the way to the tables
with conformed as (
    select source, count(*) as rows from landing.people group by source
    union all
    select source, count(*) as rows from landing.flags group by source
    union all
    select source, count(*) as rows from landing.ticket_lines group by source
    union all
    select source, count(*) as rows from landing.products group by source
    union all
    select source, count(*) as rows from landing.shops group by source
    union all
    select source, count(*) as rows from landing.communes group by source
    union all
    select source, count(*) as rows from landing.loyalty_movements group by source
    union all
    select source, count(*) as rows from landing.contacts group by source
    union all
    select source, count(*) as rows from landing.cases group by source
    union all
    select source, count(*) as rows from landing.consents group by source
    union all
    select source, count(*) as rows from landing.surveys group by source
    union all
    select source, count(*) as rows from landing.projects group by source
    union all
    select source, count(*) as rows from landing.web_events group by source
    union all
    select source, count(*) as rows from landing.operations group by source
    union all
    select source, count(*) as rows from landing.operation_targets group by source
    union all
    select source, count(*) as rows from landing.coupons group by source
    union all
    select source, count(*) as rows from landing.redemptions group by source
    union all
    select source, count(*) as rows from landing.decisions group by source
    union all
    select source, count(*) as rows from landing.corrections group by source
),

people as (
    select source, count(*) as rows from landing.people group by source
),

all_rows as (
    select source, sum(rows) as rows from conformed group by source
),

rejected as (
    select
        source,
        count(*) filter (where stage = 'read') as read_rows,
        count(*) filter (where stage <> 'read') as conform_rows,
    from landing.rejects
    group by source
),

checks as (
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
)

select
    check_name,
    subject,
    expected,
    found,
    expected = found as is_equal,
from checks
