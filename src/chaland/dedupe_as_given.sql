-- reads:  landing.people, clean.records
-- writes: clean.records
-- grain:  one row per record;  key: record_id
-- params: $is_foreign (few of the addresses are French: they are compared as given)
-- cleaning keeps what can be used to reach a customer; a matcher can still compare what was refused: a telephone
-- without its area code, a birth date a century ago, an address of another country
with given as (
    select
        record_id,
        nullif(regexp_replace(coalesce(mobile, phone), '[^0-9]', '', 'g'), '') as digits,
        coalesce(
            try_strptime(birth_date, '%Y-%m-%d'),
            try_strptime(birth_date, '%Y%m%d'),
            try_strptime(birth_date, '%d/%m/%Y')
        ) as born_at,
        nullif(trim(regexp_replace(upper(strip_accents(coalesce(street, address))), '[^A-Z0-9]+', ' ', 'g')), '')
            as way,
        nullif(trim(upper(strip_accents(street_number))), '') as street_number,
        nullif(upper(regexp_replace(postcode, '[^A-Za-z0-9]', '', 'g')), '') as postcode,
        nullif(trim(upper(strip_accents(city))), '') as city,
        nullif(trim(upper(strip_accents(complement))), '') as complement
    from landing.people
),

-- a number that opens the street is its number
parted as (
    select
        *,
        coalesce(street_number, nullif(regexp_extract(way, '^([0-9]+) ', 1), '')) as house,
        case when street_number is null then regexp_replace(way, '^[0-9]+ ', '') else way end as street
    from given
)

update clean.records
set
    phone = coalesce(
        records.phone, case when records.mobile is null and length(parted.digits) between 6 and 15 then parted.digits end
    ),
    birth_date = coalesce(
        records.birth_date, case when records.birth_date_reason = 'too_old' then cast(parted.born_at as date) end
    ),
    birth_year = coalesce(
        records.birth_year, case when records.birth_date_reason = 'too_old' then year(parted.born_at) end
    ),
    street_number = case when $is_foreign then parted.house else records.street_number end,
    street_extension = case when $is_foreign then null else records.street_extension end,
    street = case when $is_foreign then parted.street else records.street end,
    street_key = case when $is_foreign then parted.street else records.street_key end,
    complement = case when $is_foreign then parted.complement else records.complement end,
    place = case when $is_foreign then null else records.place end,
    postcode = case when $is_foreign then parted.postcode else records.postcode end,
    city = case when $is_foreign then parted.city else records.city end,
    insee_code = case when $is_foreign then null else records.insee_code end
from parted
where records.record_id = parted.record_id
