-- reads:  work.clean_raw, the answers of every cleaner, work.clean_default_dates,
--         work.clean_consent_words, work.clean_card_systems, work.clean_habits
-- writes: work.clean_answers (a view)
-- grain:  one row per row of work.clean_raw, every person field cleaned and graded: names and addresses from their
--         halves, or whole for the rows of work.clean_name_rows and work.clean_address_rows; key: n
-- params: none
create or replace view work.clean_answers as
with answered as (
    select
        raw.n,
        raw.origin,
        raw.record_id,
        raw.source,
        raw.system,
        raw.person_key,
        raw.load_id,
        raw.file,
        raw.line,
        raw.recorded_at,
        raw.versions,
        coalesce(names.is_organisation, false) as is_organisation,
        names.organisation,
        coalesce(names.civility, firsts.civility) as civility,
        coalesce(names.title, firsts.title) as title,
        coalesce(names.first_name, firsts.first_name) as first_name,
        coalesce(names.last_name, lasts.last_name) as last_name,
        coalesce(names.birth_name, borns.last_name) as birth_name,
        coalesce(names.first_name_key, firsts.first_name_key) as first_name_key,
        coalesce(names.last_name_key, lasts.last_name_key) as last_name_key,
        coalesce(names.birth_name_key, borns.last_name_key) as birth_name_key,
        coalesce(names.sex, firsts.sex) as sex,
        case
            when name_rows.n is not null then names.name_grade
            when splits.n is not null and firsts.first_reason <> 'initial_only' then 'B'
            when firsts.first_reason <> 'ok' then firsts.first_grade
            when lasts.last_reason <> 'ok' then lasts.last_grade
            else coalesce(borns.last_grade, lasts.last_grade)
        end as name_grade,
        case
            when name_rows.n is not null then names.name_reason
            when splits.n is not null and firsts.first_reason <> 'initial_only' then 'split_name'
            when firsts.first_reason <> 'ok' then firsts.first_reason
            when lasts.last_reason <> 'ok' then lasts.last_reason
            else coalesce(borns.last_reason, lasts.last_reason)
        end as name_reason,
        case when defaults.birth_date is null then births.birth_date end as birth_date,
        case when defaults.birth_date is null then births.birth_date_grade else 'D' end as birth_date_grade,
        case when defaults.birth_date is null then births.birth_date_reason else 'default_date' end as birth_date_reason,
        case when coalesce(defaults.is_year_known, true) then births.birth_year end as birth_year,
        case
            when streets.street_number is not null and raw.model is not null then raw.number
            else coalesce(addresses.street_number, streets.street_number)
        end as street_number,
        coalesce(addresses.street_extension, streets.street_extension) as street_extension,
        coalesce(addresses.street, streets.street) as street,
        coalesce(addresses.street_key, streets.street_key) as street_key,
        coalesce(addresses.complement, streets.complement, complements.complement) as complement,
        coalesce(addresses.place, towns.place) as place,
        coalesce(addresses.postcode, towns.postcode) as postcode,
        coalesce(addresses.city, towns.city) as city,
        coalesce(addresses.insee_code, towns.insee_code) as insee_code,
        coalesce(addresses.is_cedex, towns.is_cedex) as is_cedex,
        coalesce(addresses.country, towns.country) as country,
        coalesce(addresses.address_line_2, streets.address_line_2, complements.address_line_2) as address_line_2,
        coalesce(addresses.address_line_3, streets.address_line_3, complements.address_line_3) as address_line_3,
        case
            when streets.address_line_4 is not null and raw.model is not null
                then raw.number || substr(streets.address_line_4, length(raw.model) + 1)
            else coalesce(addresses.address_line_4, streets.address_line_4)
        end as address_line_4,
        coalesce(addresses.address_line_5, towns.address_line_5) as address_line_5,
        coalesce(addresses.address_line_6, towns.address_line_6) as address_line_6,
        case
            when streets.number_model is null then addresses.address_status
            when clean_street_tells(towns.town_status, towns.town_reason, streets.street_reason) then streets.street_status
            else towns.town_status
        end as address_status,
        case
            when streets.number_model is null then addresses.address_grade
            when clean_street_tells(towns.town_status, towns.town_reason, streets.street_reason) then streets.street_grade
            else towns.town_grade
        end as address_grade,
        case
            when streets.number_model is null then addresses.address_reason
            when clean_street_tells(towns.town_status, towns.town_reason, streets.street_reason) then streets.street_reason
            else towns.town_reason
        end as address_reason,
        -- from where each number comes: both cleaned whole, either column, or moved to the other number's column
        case
            when phone_rows.n is not null then 'whole'
            when not numbers.is_mobile and numbers.calling_code is not null then 'phone'
            when not cells.is_mobile and cells.calling_code is not null then 'mobile'
            when numbers.calling_code is not null then 'moved'
        end as phone_from,
        case
            when phone_rows.n is not null then 'whole'
            when cells.is_mobile and cells.calling_code is not null then 'mobile'
            when numbers.is_mobile and numbers.calling_code is not null then 'phone'
            when cells.calling_code is not null then 'moved'
        end as mobile_from,
        case phone_from
            when 'whole' then phones.phone
            when 'phone' then numbers.calling_code || substr(raw.phone_digits, 2)
            when 'mobile' then cells.calling_code || substr(raw.mobile_digits, 2)
        end as phone,
        case phone_from
            when 'whole' then phones.phone_grade
            when 'mobile' then cells.number_grade
            when 'moved' then 'E'
            else coalesce(numbers.number_grade, 'E')
        end as phone_grade,
        case phone_from
            when 'whole' then phones.phone_reason
            when 'mobile' then cells.number_reason
            when 'moved' then 'in_mobile'
            else coalesce(numbers.number_reason, 'empty')
        end as phone_reason,
        case mobile_from
            when 'whole' then phones.mobile
            when 'mobile' then cells.calling_code || substr(raw.mobile_digits, 2)
            when 'phone' then numbers.calling_code || substr(raw.phone_digits, 2)
        end as mobile,
        case mobile_from
            when 'whole' then phones.mobile_grade
            when 'phone' then numbers.number_grade
            when 'moved' then 'E'
            else coalesce(cells.number_grade, 'E')
        end as mobile_grade,
        case mobile_from
            when 'whole' then phones.mobile_reason
            when 'phone' then numbers.number_reason
            when 'moved' then 'in_phone'
            else coalesce(cells.number_reason, 'empty')
        end as mobile_reason,
        case phone_from
            when 'whole' then phones.phone_kind
            when 'phone' then numbers.number_kind
            when 'mobile' then cells.number_kind
        end as phone_kind,
        case phone_from
            when 'whole' then phones.phone_region
            when 'phone' then numbers.number_region
            when 'mobile' then cells.number_region
        end as phone_region,
        case mobile_from
            when 'whole' then phones.mobile_region
            when 'mobile' then cells.number_region
            when 'phone' then numbers.number_region
        end as mobile_region,
        case
            when raw.email_domain is null then emails.email_proposed
            else split_part(raw.raw_email, '@', 1) || '@' || domains.proposed_domain
        end as email_proposed,
        case
            when raw.email_domain is null then emails.email
            else split_part(raw.raw_email, '@', 1) || '@' || domains.domain
        end as email,
        case
            when raw.email_domain is null then emails.email_key
            else coalesce(nullif(
                case domains.ignored
                    when 'dots and tags' then replace(split_part(lower(split_part(raw.raw_email, '@', 1)), '+', 1), '.', '')
                    when 'tags' then split_part(lower(split_part(raw.raw_email, '@', 1)), '+', 1)
                    else ''
                end, ''
            ), lower(split_part(raw.raw_email, '@', 1))) || '@' || domains.key_domain
        end as email_key,
        coalesce(emails.email_grade, domains.domain_grade) as email_grade,
        coalesce(emails.email_reason, domains.domain_reason) as email_reason,
        coalesce(
            nullif(regexp_replace(upper(raw.card_number), '[^A-Z0-9]+', '', 'g'), ''),
            case
                when raw.origin = 'record' and card_systems.system is not null
                    then nullif(regexp_replace(upper(raw.person_key), '[^A-Z0-9]+', '', 'g'), '')
            end
        ) as card_number,
        raw.card_tier,
        raw.occupation,
        raw.birth_place,
        post.is_granted as consent_post,
        calls.is_granted as consent_phone,
        sms.is_granted as consent_sms,
        mails.is_granted as consent_email,
    from work.clean_raw as raw
    left join work.clean_name_rows as name_rows on raw.n = name_rows.n
    left join work.clean_name_splits as splits on raw.n = splits.n
    left join work.clean_firsts as firsts
        on case when name_rows.n is null then coalesce(splits.first_name, raw.raw_first_name) end = firsts.raw_first_name
        and coalesce(splits.civility, raw.raw_civility) = firsts.raw_civility
        and raw.raw_sex = firsts.raw_sex
    left join work.clean_lasts as lasts
        on case when name_rows.n is null then coalesce(splits.last_name, raw.raw_last_name) end = lasts.raw_last_name
    left join work.clean_lasts as borns
        on case when name_rows.n is null then raw.raw_birth_name end = borns.raw_last_name
    left join work.clean_habits as habits on raw.source = habits.source
    left join work.clean_names as names
        on case when name_rows.n is not null then raw.raw_full_name end = names.raw_full_name
        and raw.raw_civility = names.raw_civility
        and raw.raw_first_name = names.raw_first_name
        and raw.raw_last_name = names.raw_last_name
        and raw.raw_birth_name = names.raw_birth_name
        and raw.raw_sex = names.raw_sex
        and raw.raw_organisation = names.raw_organisation
        and case when raw.raw_full_name <> '' then coalesce(habits.name_order, '') else '' end = names.name_order
    left join work.clean_address_rows as address_rows on raw.n = address_rows.n
    left join work.clean_complements as complements
        on case when address_rows.n is null then raw.raw_complement end = complements.raw_complement
    left join work.clean_streets as streets
        on case when address_rows.n is null then raw.street_model end = streets.street_model
        and raw.number_model = streets.number_model
        and case when complements.complement_is_plain then '' else raw.raw_complement end = streets.street_complement
    left join work.clean_towns as towns
        on case when address_rows.n is null then raw.raw_city end = towns.raw_city
        and raw.written_town = towns.written_town
        and raw.raw_postcode = towns.raw_postcode
        and raw.raw_country = towns.raw_country
    left join work.clean_addresses as addresses
        on case when address_rows.n is not null then raw.raw_address end = addresses.raw_address
        and raw.raw_street_number = addresses.raw_street_number
        and raw.raw_street = addresses.raw_street
        and raw.raw_complement = addresses.raw_complement
        and raw.raw_place = addresses.raw_place
        and raw.raw_postcode = addresses.raw_postcode
        and raw.raw_city = addresses.raw_city
        and raw.raw_country = addresses.raw_country
    left join work.clean_phone_rows as phone_rows on raw.n = phone_rows.n
    left join work.clean_numbers as numbers on left(raw.phone_digits, 6) = numbers.number_start
    left join work.clean_numbers as cells on left(raw.mobile_digits, 6) = cells.number_start
    left join work.clean_phones as phones
        on case when phone_rows.n is not null then raw.raw_phone end = phones.raw_phone
        and raw.raw_mobile = phones.raw_mobile
        and phone_rows.phone_postcode = phones.phone_postcode
        and phone_rows.phone_country = phones.phone_country
    left join work.clean_domains as domains on raw.email_domain = domains.email_domain
    left join work.clean_emails as emails on case when raw.email_domain is null then raw.raw_email end = emails.raw_email
    inner join work.clean_birth_dates as births on raw.raw_birth_date = births.raw_birth_date
        and coalesce(habits.date_order, '') = births.date_order
    left join work.clean_default_dates as defaults
        on raw.source = defaults.source and births.birth_date = defaults.birth_date
    left join work.clean_consent_words as post on raw.consent_post = post.writing
    left join work.clean_consent_words as calls on raw.consent_phone = calls.writing
    left join work.clean_consent_words as sms on raw.consent_sms = sms.writing
    left join work.clean_consent_words as mails on raw.consent_email = mails.writing
    left join work.clean_card_systems as card_systems on raw.system = card_systems.system
)

select * exclude (phone_from, mobile_from)
from answered
