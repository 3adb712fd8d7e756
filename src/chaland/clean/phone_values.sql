-- reads:  work.clean_raw, work.clean_phone_places
-- writes: work.clean_phone_values, with the cleaned place that says which region a number belongs to
-- grain:  one row per distinct pair of telephones as written, overseas postcode and foreign country; key: n
-- params: none
create or replace table work.clean_phone_values as
with distinct_values as (
    select distinct
        raw.raw_phone,
        raw.raw_mobile,
        coalesce(places.phone_postcode, '') as phone_postcode,
        coalesce(places.phone_country, '') as phone_country,
    from work.clean_raw as raw
    left join work.clean_phone_places as places on raw.n = places.n
    where raw.raw_phone <> '' or raw.raw_mobile <> ''
)

select
    row_number() over () as n,
    *,
from distinct_values
