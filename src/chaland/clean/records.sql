-- reads:  work.clean_raw, work.clean_answers, work.clean_fact_keys, work.clean_card_systems
-- writes: clean.records
-- grain:  one row per record; key: record_id
-- params: $distributable (list of address statuses a letter may be sent to)
with described as (
    select
        raw.record_id,
        raw.source,
        raw.system,
        raw.person_key,
        raw.load_id,
        raw.file,
        raw.line,
        raw.recorded_at,
        raw.versions,
        false as is_key_only,
        people.is_organisation,
        people.organisation,
        people.civility,
        people.title,
        people.first_name,
        people.last_name,
        people.birth_name,
        people.first_name_key,
        people.last_name_key,
        people.birth_name_key,
        people.sex,
        people.birth_date,
        people.street_number,
        people.street_extension,
        people.street,
        people.street_key,
        people.complement,
        people.place,
        people.postcode,
        people.city,
        people.insee_code,
        people.is_cedex,
        people.country,
        people.address_line_2,
        people.address_line_3,
        people.address_line_4,
        people.address_line_5,
        people.address_line_6,
        people.address_status,
        people.phone,
        people.mobile,
        people.email,
        people.email_key,
        people.card_number,
        people.card_tier,
        people.occupation,
        people.consent_post,
        people.consent_phone,
        people.consent_sms,
        people.consent_email,
        people.name_grade,
        people.name_reason,
        people.birth_date_grade,
        people.birth_date_reason,
        people.address_grade,
        people.address_reason,
        people.phone_grade,
        people.phone_reason,
        people.mobile_grade,
        people.mobile_reason,
        people.email_grade,
        people.email_reason,
        people.phone_kind,
        people.phone_region,
        people.mobile_region,
        people.email_proposed,
        list_contains($distributable, coalesce(people.address_status, ''))
            and people.consent_post is distinct from false as is_reachable_by_post,
        coalesce(people.phone, people.mobile) is not null
            and people.consent_phone is distinct from false as is_reachable_by_phone,
        people.mobile is not null and people.consent_sms is distinct from false as is_reachable_by_sms,
        people.email is not null and people.consent_email is distinct from false as is_reachable_by_email,
    from work.clean_raw as raw
    inner join work.clean_answers as people on raw.n = people.n
    where raw.origin = 'record'
),

key_only as (
    select
        system || ':' || person_key as record_id,
        source,
        system,
        person_key,
        0 as versions,
        true as is_key_only,
        false as is_organisation,
        false as is_cedex,
        case
            when system in (select card_systems.system from work.clean_card_systems as card_systems)
                then nullif(regexp_replace(upper(person_key), '[^A-Z0-9]+', '', 'g'), '')
        end as card_number,
        'E' as name_grade,
        'key_only' as name_reason,
        'E' as birth_date_grade,
        'key_only' as birth_date_reason,
        'E' as address_grade,
        'key_only' as address_reason,
        'E' as phone_grade,
        'key_only' as phone_reason,
        'E' as mobile_grade,
        'key_only' as mobile_reason,
        'E' as email_grade,
        'key_only' as email_reason,
        false as is_reachable_by_post,
        false as is_reachable_by_phone,
        false as is_reachable_by_sms,
        false as is_reachable_by_email,
    from work.clean_fact_keys
)

select * from described
union all by name
select * from key_only
