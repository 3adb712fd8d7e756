-- reads:  work.clean_raw
-- writes: work.clean_town_values
-- grain:  one row per distinct postcode, town and country as written below a street, or at the end of its field; key: n
-- params: none
create or replace table work.clean_town_values as
with distinct_values as (
    select distinct
        raw.written_town,
        raw.raw_postcode,
        raw.raw_city,
        raw.raw_country,
    from work.clean_raw as raw
    where raw.has_street
)

select
    row_number() over () as n,
    *,
from distinct_values
