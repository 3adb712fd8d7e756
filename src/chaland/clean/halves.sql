-- reads:  work.clean_received
-- writes: work.clean_rows
-- grain:  one row per row received, as received, with what lets it be cleaned in halves (plain.py)
--         has_two_names, has_street: its name, its address may be. written_street, written_town: street, and postcode with
--         town, of an address written plainly in one field; else the street's own field, and ''. number, model,
--         number_model, street_model: the street, folded where that changes nothing (no sign but those of words), with the
--         model of its number, which is put back afterwards: 17 or 1117, and before BIS or TER one as long as the number.
--         phone_digits, mobile_digits: ten digits, null where not plainly French, '' where there is none.
--         email_domain: as written; null where the e-mail is not plainly one
-- params: $made_up (list of ten digits that nobody has), $special_locals (list of what stands before @ and tells more
--         than a name)
create or replace table work.clean_rows as
with received as (
    select
        *,
        -- no sign here can be a foreign postcode's, and the postcode ends the street (address_abroad.py, town_in_text.py)
        case
            when raw_address <> '' and raw_street = '' and raw_street_number = '' and raw_complement = ''
                and raw_place = '' and raw_postcode = '' and raw_city = '' and length(raw_address) < 200
                and not contains(upper(raw_address), 'COMMUNE')
                then regexp_extract(
                    raw_address,
                    '^([1-9][0-9]{0,2}(?: (?i:bis|ter|quater|[a-z]))?,? [A-Za-zÀ-ÅÇ-ÏÑ-ÖÙ-Ýà-åç-ïñ-öù-ýÿ][A-Za-zÀ-ÅÇ-ÏÑ-ÖÙ-Ýà-åç-ïñ-öù-ýÿ.''’]*(?:[ -][A-Za-zÀ-ÅÇ-ÏÑ-ÖÙ-Ýà-åç-ïñ-öù-ýÿ.''’]+)*), ((?:0[1-9]|[1-8][0-9]|9[0-8])[0-9]{3} [A-Za-zÀ-ÅÇ-ÏÑ-ÖÙ-Ýà-åç-ïñ-öù-ýÿ][A-Za-zÀ-ÅÇ-ÏÑ-ÖÙ-Ýà-åç-ïñ-öù-ýÿ''’]*(?:[ -][A-Za-zÀ-ÅÇ-ÏÑ-ÖÙ-Ýà-åç-ïñ-öù-ýÿ''’]+)*)$',
                    ['street', 'town']
                )
        end as parts,
    from work.clean_received
),

placed as (
    select
        * exclude (parts),
        case when parts.street <> '' then parts.street else raw_street end as written_street,
        case when parts.street <> '' then parts.town else '' end as written_town,
    from received
),

written as (
    select
        *,
        raw_first_name <> '' and raw_last_name <> '' and raw_full_name = '' and raw_organisation = '' as has_two_names,
        written_town <> ''
            or (raw_street <> '' and raw_address = '' and raw_place = '')
            or (raw_address || raw_street_number || raw_street || raw_complement || raw_place = '' and raw_city <> '')
            as is_in_street,
        case
            when length(raw_email) < 200 and not starts_with(raw_email, 'www.')
                and regexp_full_match(
                    raw_email, '[A-Za-z0-9_+-]{1,60}([.][A-Za-z0-9_+-]{1,60})*@[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+'
                )
                then lower(split_part(raw_email, '@', 1))
        end as local,
        case
            when raw_phone = '' then ''
            when regexp_full_match(raw_phone, '0[1-9]([ .-]?[0-9]{2}){4}') then translate(raw_phone, ' .-', '')
            when regexp_full_match(raw_phone, '[+]33[1-9][0-9]{8}') then '0' || substr(raw_phone, 4)
        end as phone_digits,
        case
            when raw_mobile = '' then ''
            when regexp_full_match(raw_mobile, '0[1-9]([ .-]?[0-9]{2}){4}') then translate(raw_mobile, ' .-', '')
            when regexp_full_match(raw_mobile, '[+]33[1-9][0-9]{8}') then '0' || substr(raw_mobile, 4)
        end as mobile_digits,
        case
            when raw_street_number = '' then regexp_extract(written_street, '^([1-9][0-9]{0,3})[ ,][^0-9]*$', 1)
            when not regexp_matches(raw_street, '[0-9]') then regexp_extract(raw_street_number, '^([1-9][0-9]{0,3})$', 1)
            else ''
        end as number,
        -- 1er étage, 3e, 2 nd …: such a number is no door's
        regexp_matches(written_street, '^[0-9]* ?,? ?(?i:[eèé][mr]?e?r?e?|i[eè]me|nde?|rd|d|de|o)([^\pL]|$)') as is_rank,
        length(written_street) < 200
            and regexp_full_match(
                written_street, '([1-9][0-9]{0,3}( ?(?i:bis|ter|quater|[a-z]))?(, ?| ))?[A-Za-zÀ-ÅÇ-ÏÑ-ÖÙ-Ýà-åç-ïñ-öù-ýÿ][A-Za-zÀ-ÅÇ-ÏÑ-ÖÙ-Ýà-åç-ïñ-öù-ýÿ.''’]*([ -][A-Za-zÀ-ÅÇ-ÏÑ-ÖÙ-Ýà-åç-ïñ-öù-ýÿ.''’]+)*'
            ) as is_words,
        trim(regexp_replace(strip_accents(upper(written_street)), '[^A-Z0-9]+', ' ', 'g')) as folded_street,
        folded_street || ' ' || regexp_replace(strip_accents(upper(raw_complement)), '[^A-Z0-9]+', ' ', 'g') as folded,
    from placed
),

modelled as (
    select
        *,
        -- up to three digits leave the street all its room on line 4, unless BIS or TER follows (address_lines.py)
        case
            when length(number) = 4 then '1117'
            when number <> '' and not regexp_matches(folded_street, '^([0-9]+ )?(BIS|TER|QUAT|QUIN)') then '17'
            when length(number) = 1 then '7'
            when length(number) = 2 then '17'
            when length(number) = 3 then '117'
        end as model,
    from written
),

chosen as (
    select
        *,
        model is not null and not is_rank and not contains(raw_complement, model) as is_modelled,
        case when is_words then folded_street else written_street end as street_text,
    from modelled
)

select
    * exclude (is_in_street, is_rank, is_modelled, is_words, folded_street, street_text, local, number, model, phone_digits,
        mobile_digits),
    is_in_street and not contains(folded, 'NOISEAU') as has_street,
    case when is_modelled then number end as number,
    case when is_modelled then model end as model,
    case when is_modelled and raw_street_number <> '' then model else raw_street_number end as number_model,
    case
        when is_modelled and raw_street_number = '' then model || substr(street_text, length(number) + 1)
        else street_text
    end as street_model,
    -- placeholders.py: all alike after the second, five times the same two, a known invention
    case
        when substr(phone_digits, 3) <> repeat(substr(phone_digits, 3, 1), 8)
            and phone_digits <> repeat(left(phone_digits, 2), 5)
            and not list_contains($made_up, phone_digits) or phone_digits = '' then phone_digits
    end as phone_digits,
    case
        when substr(mobile_digits, 3) <> repeat(substr(mobile_digits, 3, 1), 8)
            and mobile_digits <> repeat(left(mobile_digits, 2), 5)
            and not list_contains($made_up, mobile_digits) or mobile_digits = '' then mobile_digits
    end as mobile_digits,
    case
        when length(local) between 3 and 64 and local <> repeat(left(local, 1), length(local))
            and not list_contains($special_locals, local) then split_part(raw_email, '@', 2)
    end as email_domain,
from chosen
