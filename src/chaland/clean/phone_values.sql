-- reads:  work.clean_raw, work.clean_addresses
-- writes: work.clean_phone_values, with the cleaned place that says which region a number belongs to
-- grain:  one row per distinct pair of telephones as written, overseas postcode and country; key: n
-- params: none
create or replace table work.clean_phone_values as
with distinct_values as (
    select distinct
        raw.raw_phone,
        raw.raw_mobile,
        case when starts_with(addresses.postcode, '9') then addresses.postcode else '' end as phone_postcode,
        coalesce(addresses.country, '') as phone_country,
    from work.clean_raw as raw
    inner join work.clean_addresses as addresses
        using (
            raw_address, raw_street_number, raw_street, raw_complement,
            raw_place, raw_postcode, raw_city, raw_country
        )
    where raw.raw_phone <> '' or raw.raw_mobile <> ''
)

select
    row_number() over () as n,
    *,
from distinct_values
