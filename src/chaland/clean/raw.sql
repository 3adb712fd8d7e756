-- reads:  landing.people, landing.flags
-- writes: work.clean_raw
-- grain:  one row per record (its latest version) and one per line of an external list; key: n
--         Latest: recorded_at, then load, file and line. Absent texts are '' so that equality joins find them.
-- params: none
create or replace table work.clean_raw as
with ranked as (
    select
        people.*,
        row_number() over latest as rank,
        count(*) over (partition by people.record_id) as versions,
    from landing.people as people
    window latest as (
        partition by people.record_id
        order by
            people.recorded_at desc nulls last,
            people.load_id desc,
            people.source desc,
            people.file desc,
            people.line desc
    )
),

described as (
    select
        'record' as origin,
        ranked.record_id,
        ranked.versions,
        cast(null as varchar) as flag,
        cast(null as varchar) as flag_channel,
        cast(null as varchar) as flag_code,
        cast(null as date) as flagged_date,
        ranked.* exclude (record_id, rank, versions),
    from ranked
    where ranked.rank = 1
    union all by name
    select
        'flag' as origin,
        flags.*,
    from landing.flags as flags
)

select
    row_number() over () as n,
    origin,
    record_id,
    cast(coalesce(versions, 0) as integer) as versions,
    flag,
    flag_channel,
    flag_code,
    flagged_date,
    source,
    load_id,
    file,
    line,
    system,
    person_key,
    recorded_at,
    coalesce(full_name, '') as raw_full_name,
    coalesce(civility, '') as raw_civility,
    coalesce(first_name, '') as raw_first_name,
    coalesce(last_name, '') as raw_last_name,
    coalesce(birth_name, '') as raw_birth_name,
    coalesce(sex, '') as raw_sex,
    coalesce(organisation, '') as raw_organisation,
    coalesce(birth_date, '') as raw_birth_date,
    coalesce(address, '') as raw_address,
    coalesce(street_number, '') as raw_street_number,
    coalesce(street, '') as raw_street,
    coalesce(complement, '') as raw_complement,
    coalesce(place, '') as raw_place,
    coalesce(postcode, '') as raw_postcode,
    coalesce(city, '') as raw_city,
    coalesce(country, '') as raw_country,
    coalesce(phone, '') as raw_phone,
    coalesce(mobile, '') as raw_mobile,
    coalesce(email, '') as raw_email,
    nullif(trim(card_number), '') as card_number,
    nullif(trim(occupation), '') as occupation,
    consent_post,
    consent_phone,
    consent_sms,
    consent_email,
from described
