-- reads:  work.clean_received
-- writes: work.clean_rows
-- grain:  one row per row received, as received, with what lets it be cleaned in halves (plain.py)
--         has_two_names, has_street: its name, its address may be. number, model, number_model, street_model: the street
--         with the model of its number, which is put back afterwards: 7, 17, 117 or 1117 stands for any number as long.
--         phone_digits, mobile_digits: ten digits, null where not plainly French, '' where there is none.
--         email_domain: as written; null where the e-mail is not plainly one
-- params: $made_up (list of ten digits that nobody has), $special_locals (list of what stands before @ and tells more
--         than a name)
create or replace table work.clean_rows as
with written as (
    select
        *,
        raw_first_name <> '' and raw_last_name <> '' and raw_full_name = '' and raw_birth_name = ''
            and raw_organisation = '' as has_two_names,
        raw_street <> '' and raw_address = '' and raw_place = '' as is_in_street,
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
            when raw_street_number = '' then regexp_extract(raw_street, '^([1-9][0-9]{0,3})[ ,][^0-9]*$', 1)
            when not regexp_matches(raw_street, '[0-9]') then regexp_extract(raw_street_number, '^([1-9][0-9]{0,3})$', 1)
            else ''
        end as number,
        -- 1er étage, 3e, 2 nd …: such a number is no door's
        regexp_matches(raw_street, '^[0-9]* ?,? ?(?i:[eèé][mr]?e?r?e?|i[eè]me|nde?|rd|d|de|o)([^\pL]|$)') as is_rank,
        regexp_replace(strip_accents(upper(raw_street || ' ' || raw_complement)), '[^A-Z0-9]+', ' ', 'g') as folded,
    from work.clean_received
),

modelled as (
    select
        *,
        case length(number) when 1 then '7' when 2 then '17' when 3 then '117' when 4 then '1117' end as model,
    from written
),

chosen as (
    select
        *,
        model is not null and not is_rank and not contains(raw_complement, model) as is_modelled,
    from modelled
)

select
    * exclude (is_in_street, is_rank, is_modelled, local, number, model, phone_digits, mobile_digits),
    is_in_street and not contains(folded, 'NOISEAU') as has_street,
    case when is_modelled then number end as number,
    case when is_modelled then model end as model,
    case when is_modelled and raw_street_number <> '' then model else raw_street_number end as number_model,
    case
        when is_modelled and raw_street_number = '' then model || substr(raw_street, length(number) + 1)
        else raw_street
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
