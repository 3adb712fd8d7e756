-- reads:  clean.records
-- writes: nothing; the matcher's view of the records
-- grain:  one row per record that a row describes, in the order of record_id
-- params: none
-- values are cut where no real one is so long: a field of a megabyte costs no more than another
with people as (
    select
        *,
        regexp_replace(street_key, '[^A-Z0-9]', '', 'g') as street_word,
        split_part(email_key, '@', 1) as email_local
    from clean.records
    where not is_key_only
)

select
    record_id,
    is_organisation,
    case when not is_organisation then nullif(trim(left(first_name_key, 60)), '') end as first_name,
    case when not is_organisation then nullif(trim(left(last_name_key, 60)), '') end as last_name,
    case when not is_organisation then nullif(trim(left(birth_name_key, 60)), '') end as birth_name,
    case when not is_organisation then sex end as sex,
    case when not is_organisation then year(birth_date) * 10000 + month(birth_date) * 100 + day(birth_date) end
        as birth_date,
    case when not is_organisation then coalesce(birth_year, year(birth_date)) end as birth_year,
    case
        when is_organisation
            then nullif(trim(regexp_replace(upper(strip_accents(left(organisation, 150))), '[^A-Z0-9]+', ' ', 'g')), '')
    end as organisation,
    case
        when not is_organisation
            then nullif(trim(regexp_replace(upper(strip_accents(left(organisation, 150))), '[^A-Z0-9]+', ' ', 'g')), '')
    end as employer,
    nullif(trim(regexp_replace(upper(strip_accents(left(occupation, 60))), '[^A-Z0-9]+', ' ', 'g')), '') as occupation,
    nullif(trim(regexp_replace(upper(strip_accents(left(birth_place, 60))), '[^A-Z0-9]+', ' ', 'g')), '') as birth_place,
    nullif(street_number || coalesce(street_extension, ''), '') as street_number,
    nullif(trim(regexp_replace(upper(strip_accents(left(street, 100))), '[^A-Z0-9]+', ' ', 'g')), '') as street,
    nullif(street_word, '') as street_word,
    coalesce(insee_code, nullif(regexp_replace(upper(strip_accents(left(city, 60))), '[^A-Z0-9]+', '', 'g'), ''), postcode)
        as town,
    nullif(regexp_replace(upper(strip_accents(left(city, 60))), '[^A-Z0-9]+', '', 'g'), '') as city,
    postcode,
    phone,
    mobile,
    email_key as email,
    nullif(email_local, '') as email_local,
    card_number as card,
    epoch_us(recorded_at) as recorded_us
from people
order by record_id
