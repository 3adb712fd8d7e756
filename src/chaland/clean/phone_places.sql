-- reads:  work.clean_raw, work.clean_towns, work.clean_address_rows, work.clean_addresses
-- writes: work.clean_phone_places
-- grain:  one row per row whose cleaned place changes how its telephones are read: overseas postcode, another country
--         than the base's, or an old number of eight digits, which the postcode completes; key: n
-- params: $country (ISO code of the base's country)
create or replace table work.clean_phone_places as
with placed as (
    select
        raw.n,
        coalesce(addresses.postcode, towns.postcode) as postcode,
        coalesce(addresses.country, towns.country) as country,
        length(raw.raw_phone) between 8 and 11
            and regexp_full_match(raw.raw_phone, '[2-9][0-9]([ .-]?[0-9]{2}){3}') as is_old_number,
    from work.clean_raw as raw
    left join work.clean_address_rows as wholes on raw.n = wholes.n
    left join work.clean_addresses as addresses
        on case when wholes.n is not null then raw.raw_address end = addresses.raw_address
        and raw.raw_street_number = addresses.raw_street_number
        and raw.raw_street = addresses.raw_street
        and raw.raw_complement = addresses.raw_complement
        and raw.raw_place = addresses.raw_place
        and raw.raw_postcode = addresses.raw_postcode
        and raw.raw_city = addresses.raw_city
        and raw.raw_country = addresses.raw_country
    left join work.clean_towns as towns
        on case when wholes.n is null then raw.raw_postcode end = towns.raw_postcode
        and raw.written_town = towns.written_town
        and raw.raw_city = towns.raw_city
        and raw.raw_country = towns.raw_country
    where raw.raw_phone <> '' or raw.raw_mobile <> ''
)

select
    n,
    case
        when starts_with(postcode, '97') or starts_with(postcode, '98') then postcode
        when is_old_number then coalesce(left(postcode, 2), '')
        else ''
    end as phone_postcode,
    case when country <> $country then country else '' end as phone_country,
from placed
where starts_with(postcode, '97') or starts_with(postcode, '98') or country <> $country or is_old_number
