-- reads:  work.clean_raw, work.clean_address_rows
-- writes: work.clean_address_values
-- grain:  one row per distinct address as written that must be cleaned whole; key: n
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
    where n in (select n from work.clean_address_rows)
)

select
    row_number() over () as n,
    *,
from distinct_values
