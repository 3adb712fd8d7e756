-- reads:  work.clean_raw
-- writes: work.clean_address_values
-- grain:  one row per distinct address as written; key: n
-- params: none
create or replace table work.clean_address_values as
with distinct_values as (
    select distinct
        raw_address,
        raw_street_number,
        raw_street,
        raw_complement,
        raw_place,
        raw_postcode,
        raw_city,
        raw_country,
    from work.clean_raw
)

select
    row_number() over () as n,
    *,
from distinct_values
