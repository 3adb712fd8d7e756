-- reads:  rows (words and mess of each record, from written.py)
-- writes: what a system wrote down
-- grain:  one row per record, in the order of rows
-- params: none
with spelt as (
    select
        *,
        case
            when is_initial then left(first_name, 1) || '.'
            when compound = 1 and contains(first_name, '-') then replace(first_name, '-', ' ')
            when compound = 2 and contains(first_name, '-')
                then left(first_name, 1) || '-' || left(split_part(first_name, '-', 2), 1)
            when compound = 3 and contains(first_name, '-')
                then left(first_name, 1) || '.' || left(split_part(first_name, '-', 2), 1) || '.'
            else misspelt(first_name, first_typo, spot)
        end as first_spelt,
        misspelt(last_name, last_typo, spot) || coalesce('-' || second_name, '') as last_spelt,
        misspelt(street, street_typo, spot) as street_spelt
    from rows
),
ordered as (
    select
        *,
        case false_name when 1 then 'INCONNU' when 2 then 'CLIENT' when 3 then 'X' when 4 then 'NC'
            else case when is_swapped then first_spelt else last_spelt end end as last_given,
        case false_name when 1 then null when 2 then 'DIVERS' when 3 then 'X' when 4 then null
            else case when is_swapped then last_spelt else first_spelt end end as first_given
    from spelt
),
composed as (
    select
        *,
        case
            when is_couple then 'M. et Mme ' || last_given
            when name_order = 0 then civility || ' ' || last_given || coalesce(' ' || first_given, '')
            when name_order = 1 then coalesce(first_given || ' ', '') || last_given
            else last_given || coalesce(' ' || first_given, '')
        end as full_given,
        number || case extension when 1 then ' bis' when 2 then ' ter' when 3 then ' B' else '' end
            || case when is_abbreviated then ' ' else ', ' end || street_spelt as street_given,
        case
            when complement = 0 or street is null or is_village then null
            when complement % 3 = 0 then 'Appt ' || complement
            when complement % 3 = 1 then case when has_lost_accents then 'Bat ' else 'Bât ' end || chr(65 + complement % 7)
                || case when has_lost_accents then ' etage ' else ' étage ' end || (complement % 6 + 1)
            else case when has_lost_accents then 'Residence ' else 'Résidence ' end || case complement % 5
                when 0 then 'Les Tilleuls' when 1 then 'Le Parc' when 2 then 'Bellevue' when 3 then 'Les Pins'
                else 'du Lac' end
        end as complement_given,
        case when town_style = 0 then delivery_label else city end as town_given,
        is_cedex and cedex is not null and street is not null as has_cedex
    from ordered
)
select
    case when is_couple then 'M. et Mme' when false_name > 0 then null else civility end as civility,
    written_as(first_given, letter_case) as first_name,
    written_as(last_given, letter_case) as last_name,
    written_as(birth_name, letter_case) as birth_name,
    written_as(full_given, letter_case) as full_name,
    case when birth_date is null then null else
        case false_birth_date when 1 then '1900-01-01' when 2 then '1970-01-01' else strftime(birth_date, '%Y-%m-%d') end
    end as birth_date,
    written_as(street_given, letter_case) as street,
    written_as(complement_given, letter_case) as complement,
    case when has_cedex then 'BP ' || (number * 7 + 11) end as place,
    case when has_cedex then cedex else postcode end as postcode,
    written_as(case when has_cedex then cedex_label else town_given end, letter_case) as city,
    written_as(
        street_given || coalesce(' ' || complement_given, '') || ', ' || case
            when has_cedex then 'BP ' || (number * 7 + 11) || ' ' || cedex || ' ' || cedex_label
            else postcode || ' ' || town_given
        end,
        letter_case
    ) as address,
    case when coalesce(landline, mobile) is null then null else
        case false_phone when 1 then '0000000000' when 2 then '0102030405' when 3 then '00' when 4 then '0606060606'
            else dialled(landline, phone_style) end
    end as phone,
    dialled(mobile, phone_style) as mobile,
    case
        when not has_email then null
        when false_email > 0 then case false_email
            when 1 then 'nc@nc.fr' when 2 then 'pasdemail@pasdemail.fr' when 3 then 'x@x.fr' else 'refus@refus.fr' end
        else
            case (email_style + case when is_second_email then 2 else 0 end) % 5
                when 0 then mail_first || '.' || mail_last
                when 1 then left(mail_first, 1) || '.' || mail_last
                when 2 then mail_last || '.' || mail_first
                when 3 then mail_first || '_' || mail_last
                else mail_first || mail_last
            end
            || case when is_second_email then '.bis' else '.bd' end || email_number || '@'
            || misdirected(case when is_second_email then 'gmail.com' else email_domain end, email_error)
    end as email,
    occupation,
    consent_post,
    consent_phone,
    consent_sms,
    consent_email
from composed
