-- reads:  work.clean_raw
-- writes: the rows of a sample
-- grain:  one row per source and distinct full name, at most $most a source, the same whatever the order of the rows
-- params: $most
with written as (
    select distinct
        source,
        raw_full_name,
    from work.clean_raw
    where raw_full_name <> ''
)

select
    source,
    raw_full_name,
from written
qualify row_number() over (partition by source order by hash(raw_full_name), raw_full_name) <= $most
order by source, raw_full_name
