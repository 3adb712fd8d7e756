-- reads:  work.clean_raw, work.clean_halves
-- writes: work.clean_street_values
-- grain:  one row per distinct street and complement as written, numbers by their model; key: n
-- params: none
create or replace table work.clean_street_values as
with distinct_values as (
    select distinct
        halves.number_model,
        halves.street_model,
        raw.raw_complement,
    from work.clean_raw as raw
    inner join work.clean_halves as halves on raw.n = halves.n
    where halves.has_street
)

select
    row_number() over () as n,
    *,
from distinct_values
