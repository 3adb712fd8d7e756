-- reads:  work.clean_given, landing.flags, landing.corrections
-- writes: work.clean_received (a view)
-- grain:  one row per record and one per line of an external list. Absent texts are '' so that joins find them.
--         Of one source only the latest row of a record counts (recorded_at, then load, file and line): what it no longer
--         says is withdrawn. Sources of one system that share the record complete each other: the latest that says something.
-- params: none
create or replace view work.clean_received as
with repeated as (
    select
        record_id,
        count(*) as versions,
    from work.clean_given
    group by record_id
    having count(*) > 1
),

-- most records stand on one row: they need no ordering
single as (
    select
        *,
        1 as versions,
    from work.clean_given
    where record_id not in (select record_id from repeated)
),

latest_of_source as (
    select
        people.*,
        repeated.versions,
    from work.clean_given as people
    join repeated on people.record_id = repeated.record_id
    qualify row_number() over (
        partition by people.record_id, people.source
        order by people.recorded_at desc nulls last, people.load_id desc, people.file desc, people.line desc
    ) = 1
),

ranked as (
    select
        *,
        count(*) over (partition by record_id) as sources,
        row_number() over (
            partition by record_id
            order by recorded_at desc nulls last, load_id desc, source desc, file desc, line desc
        ) as rank,
    from latest_of_source
),

alone as (
    select * exclude (sources, rank)
    from ranked
    where sources = 1
),

completed as (
    select
        record_id,
        arg_min(
            {'full_name': full_name, 'first_name': first_name, 'last_name': last_name},
            rank
        ) filter (where coalesce(full_name, first_name, last_name) is not null) as name,
        arg_min(
            {
                'address': address, 'street_number': street_number, 'street': street, 'complement': complement,
                'place': place, 'postcode': postcode, 'city': city, 'country': country
            },
            rank
        ) filter (where coalesce(address, street, postcode, city) is not null) as whole_address,
        arg_min(civility, rank) filter (where civility is not null) as civility,
        arg_min(sex, rank) filter (where sex is not null) as sex,
        arg_min(birth_name, rank) filter (where birth_name is not null) as birth_name,
        arg_min(organisation, rank) filter (where organisation is not null) as organisation,
        arg_min(birth_date, rank) filter (where birth_date is not null) as birth_date,
        arg_min(birth_place, rank) filter (where birth_place is not null) as birth_place,
        arg_min(phone, rank) filter (where phone is not null) as phone,
        arg_min(mobile, rank) filter (where mobile is not null) as mobile,
        arg_min(email, rank) filter (where email is not null) as email,
        arg_min(card_number, rank) filter (where card_number is not null) as card_number,
        arg_min(card_tier, rank) filter (where card_tier is not null) as card_tier,
        arg_min(occupation, rank) filter (where occupation is not null) as occupation,
        arg_min(consent_post, rank) filter (where consent_post is not null) as consent_post,
        arg_min(consent_phone, rank) filter (where consent_phone is not null) as consent_phone,
        arg_min(consent_sms, rank) filter (where consent_sms is not null) as consent_sms,
        arg_min(consent_email, rank) filter (where consent_email is not null) as consent_email,
    from ranked
    where sources > 1
    group by record_id
),

shared as (
    select
        ranked.* exclude (sources, rank, full_name, first_name, last_name, address, street_number, street, complement,
            place, postcode, city, country, civility, sex, birth_name, organisation, birth_date, birth_place, phone, mobile, email, card_number, card_tier, occupation, consent_post, consent_phone, consent_sms, consent_email),
        completed.name.full_name,
        completed.name.first_name,
        completed.name.last_name,
        completed.whole_address.address,
        completed.whole_address.street_number,
        completed.whole_address.street,
        completed.whole_address.complement,
        completed.whole_address.place,
        completed.whole_address.postcode,
        completed.whole_address.city,
        completed.whole_address.country,
        completed.* exclude (record_id, name, whole_address),
    from ranked
    join completed on completed.record_id = ranked.record_id
    where ranked.rank = 1
),

described as (
    select 'record' as origin, single.* from single
    union all by name
    select 'record' as origin, alone.* from alone
    union all by name
    select 'record' as origin, shared.* from shared
    union all by name
    select 'flag' as origin, flags.* from landing.flags as flags
    union all by name
    select
        'correction' as origin,
        corrections.* exclude (subject, corrected_at, corrected_by, reason, correction_key, withdrawn_at, blank_fields)
    from landing.corrections as corrections
    where not exists (
        from landing.corrections as taken_back
        where taken_back.withdrawn_at is not null
            and (taken_back.source, taken_back.correction_key) = (corrections.source, corrections.correction_key)
    )
)

select
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
    coalesce(siren, '') as raw_siren,
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
    nullif(trim(card_tier), '') as card_tier,
    nullif(trim(occupation), '') as occupation,
    nullif(trim(birth_place), '') as birth_place,
    consent_post,
    consent_phone,
    consent_sms,
    consent_email,
from described
