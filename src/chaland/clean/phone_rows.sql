-- reads:  work.clean_raw, work.clean_numbers, work.clean_phone_places
-- writes: work.clean_phone_rows
-- grain:  one row per row whose telephones must be cleaned whole: one is not plainly French, or the place changes how
--         they are read; every one when the base is not of France; key: n
-- params: $country (ISO code of the base's country)
create or replace table work.clean_phone_rows as
select
    raw.n,
    coalesce(places.phone_postcode, '') as phone_postcode,
    coalesce(places.phone_country, '') as phone_country,
from work.clean_raw as raw
left join work.clean_phone_places as places on raw.n = places.n
left join work.clean_numbers as phones on left(raw.phone_digits, 6) = phones.number_start
left join work.clean_numbers as mobiles on left(raw.mobile_digits, 6) = mobiles.number_start
where
    (raw.raw_phone <> '' or raw.raw_mobile <> '')
    and not coalesce(
        $country = 'FR'
        and places.n is null
        and (raw.phone_digits = '' or phones.number_is_plain)
        and (raw.mobile_digits = '' or mobiles.number_is_plain),
        false
    )
