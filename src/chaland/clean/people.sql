-- reads:  work.clean_raw, work.clean_names, work.clean_addresses, work.clean_phones, work.clean_emails,
--         work.clean_birth_dates, work.clean_default_dates, work.clean_consent_words
-- writes: work.clean_people
-- grain:  one row per row of work.clean_raw, every person field cleaned and graded; key: n
-- params: $card_systems (list of key spaces whose key is a card)
create or replace table work.clean_people as
with folded as (
    select
        n,
        nullif(trim(regexp_replace(strip_accents(lower(consent_post)), '[^a-z0-9]+', ' ', 'g')), '') as post_word,
        nullif(trim(regexp_replace(strip_accents(lower(consent_phone)), '[^a-z0-9]+', ' ', 'g')), '') as phone_word,
        nullif(trim(regexp_replace(strip_accents(lower(consent_sms)), '[^a-z0-9]+', ' ', 'g')), '') as sms_word,
        nullif(trim(regexp_replace(strip_accents(lower(consent_email)), '[^a-z0-9]+', ' ', 'g')), '') as email_word,
    from work.clean_raw
    where coalesce(consent_post, consent_phone, consent_sms, consent_email) is not null
),

consents as (
    select
        folded.n,
        post.is_granted as consent_post,
        phone.is_granted as consent_phone,
        sms.is_granted as consent_sms,
        email.is_granted as consent_email,
    from folded
    left join work.clean_consent_words as post on folded.post_word = post.word
    left join work.clean_consent_words as phone on folded.phone_word = phone.word
    left join work.clean_consent_words as sms on folded.sms_word = sms.word
    left join work.clean_consent_words as email on folded.email_word = email.word
)

select
    raw.n,
    names.* exclude (
        n, raw_full_name, raw_civility, raw_first_name, raw_last_name, raw_birth_name, raw_sex, raw_organisation
    ),
    case when defaults.birth_date is null then births.birth_date end as birth_date,
    case when defaults.birth_date is null then births.birth_date_grade else 'D' end as birth_date_grade,
    case when defaults.birth_date is null then births.birth_date_reason else 'default_date' end as birth_date_reason,
    addresses.* exclude (
        n, raw_address, raw_street_number, raw_street, raw_complement, raw_place, raw_postcode, raw_city, raw_country
    ),
    phones.phone,
    coalesce(phones.phone_grade, 'E') as phone_grade,
    coalesce(phones.phone_reason, 'empty') as phone_reason,
    phones.mobile,
    coalesce(phones.mobile_grade, 'E') as mobile_grade,
    coalesce(phones.mobile_reason, 'empty') as mobile_reason,
    emails.email,
    emails.email_key,
    emails.email_grade,
    emails.email_reason,
    coalesce(
        nullif(regexp_replace(upper(raw.card_number), '[^A-Z0-9]+', '', 'g'), ''),
        case
            when raw.origin = 'record' and list_contains($card_systems, raw.system)
                then nullif(regexp_replace(upper(raw.person_key), '[^A-Z0-9]+', '', 'g'), '')
        end
    ) as card_number,
    raw.occupation,
    consents.consent_post,
    consents.consent_phone,
    consents.consent_sms,
    consents.consent_email,
from work.clean_raw as raw
inner join work.clean_names as names
    using (
        raw_full_name, raw_civility, raw_first_name, raw_last_name, raw_birth_name, raw_sex, raw_organisation
    )
inner join work.clean_addresses as addresses
    using (
        raw_address, raw_street_number, raw_street, raw_complement, raw_place, raw_postcode, raw_city, raw_country
    )
inner join work.clean_emails as emails using (raw_email)
inner join work.clean_birth_dates as births using (raw_birth_date)
left join work.clean_default_dates as defaults
    on raw.source = defaults.source and births.birth_date = defaults.birth_date
left join work.clean_phones as phones
    on
        raw.raw_phone = phones.raw_phone
        and raw.raw_mobile = phones.raw_mobile
        and case when starts_with(addresses.postcode, '9') then addresses.postcode else '' end = phones.phone_postcode
        and coalesce(addresses.country, '') = phones.phone_country
left join consents on raw.n = consents.n
