-- reads:  work.clean_raw
-- writes: work.clean_street_values
-- grain:  one row per distinct street and complement as written, numbers by their model; key: n
-- params: none
create or replace table work.clean_street_values as
with distinct_values as (
    select distinct
        raw.number_model,
        raw.street_model,
        raw.raw_complement,
    from work.clean_raw as raw
    where raw.has_street
)

select
    row_number() over () as n,
    *,
from distinct_values
