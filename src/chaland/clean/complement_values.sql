-- reads:  work.clean_raw
-- writes: work.clean_complement_values
-- grain:  one row per distinct complement as written beside a street; key: n
-- params: none
create or replace table work.clean_complement_values as
with distinct_values as (
    select distinct raw.raw_complement
    from work.clean_raw as raw
    where raw.has_street and raw.raw_complement <> ''
)

select
    row_number() over () as n,
    *,
from distinct_values
