-- reads:  base.source_counts, base.loads
-- writes: nothing (a question)
-- grain:  one row per source: what became of its rows, and its last load
-- params: none
with last_loads as (
    select
        source,
        count(*)::integer as loads,
        max(loaded_at) as loaded_at,
    from base.loads
    group by source
)

select
    source_counts.source,
    source_counts.kind,
    source_counts.files,
    source_counts.rows_read,
    source_counts.rows_blank,
    source_counts.rows_filtered,
    source_counts.rows_read_rejected + source_counts.rows_conform_rejected as rows_rejected,
    source_counts.rows_conformed,
    source_counts.rows_people,
    source_counts.amount,
    coalesce(last_loads.loads, 0) as loads,
    last_loads.loaded_at,
from base.source_counts
left join last_loads on last_loads.source = source_counts.source
order by source_counts.source
