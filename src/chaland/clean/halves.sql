-- reads:  work.clean_raw
-- writes: work.clean_halves
-- grain:  one row per row of work.clean_raw: may its name, its address be cleaned in halves (plain.py)? And the model of
--         its street, whose number is put back afterwards: 7, 17, 117 or 1117 stands for any number as long. And its
--         telephones in ten digits, null where they are not plainly French, '' where there is none; key: n
-- params: $made_up (list of ten digits that nobody has)
create or replace table work.clean_halves as
with written as (
    select
        n,
        raw_first_name <> '' and raw_last_name <> '' and raw_full_name = '' and raw_birth_name = ''
            and raw_organisation = '' as has_two_names,
        raw_street <> '' and raw_address = '' and raw_place = '' as has_street,
        raw_street_number,
        raw_street,
        raw_complement,
        case
            when raw_phone = '' then ''
            when regexp_full_match(raw_phone, '0[1-9]([ .-]?[0-9]{2}){4}') then translate(raw_phone, ' .-', '')
            when regexp_full_match(raw_phone, '[+]33[1-9][0-9]{8}') then '0' || substr(raw_phone, 4)
        end as phone,
        case
            when raw_mobile = '' then ''
            when regexp_full_match(raw_mobile, '0[1-9]([ .-]?[0-9]{2}){4}') then translate(raw_mobile, ' .-', '')
            when regexp_full_match(raw_mobile, '[+]33[1-9][0-9]{8}') then '0' || substr(raw_mobile, 4)
        end as mobile,
        case
            when raw_street_number = '' then regexp_extract(raw_street, '^([1-9][0-9]{0,3})[ ,][^0-9]*$', 1)
            when not regexp_matches(raw_street, '[0-9]') then regexp_extract(raw_street_number, '^([1-9][0-9]{0,3})$', 1)
            else ''
        end as number,
        -- 1er étage, 3e, 2 nd …: such a number is no door's
        regexp_matches(raw_street, '^[0-9]* ?,? ?(?i:[eèé][mr]?e?r?e?|i[eè]me|nde?|rd|d|de|o)([^\pL]|$)') as is_rank,
        regexp_replace(strip_accents(upper(raw_street || ' ' || raw_complement)), '[^A-Z0-9]+', ' ', 'g') as folded,
    from work.clean_raw
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
    n,
    has_two_names,
    has_street and not contains(folded, 'NOISEAU') as has_street,
    case when is_modelled then number end as number,
    case when is_modelled then model end as model,
    case when is_modelled and raw_street_number <> '' then model else raw_street_number end as number_model,
    case
        when is_modelled and raw_street_number = '' then model || substr(raw_street, length(number) + 1)
        else raw_street
    end as street_model,
    folded,
    -- placeholders.py: all alike after the second, five times the same two, a known invention
    case
        when substr(phone, 3) <> repeat(substr(phone, 3, 1), 8) and phone <> repeat(left(phone, 2), 5)
            and not list_contains($made_up, phone) or phone = '' then phone
    end as phone,
    case
        when substr(mobile, 3) <> repeat(substr(mobile, 3, 1), 8) and mobile <> repeat(left(mobile, 2), 5)
            and not list_contains($made_up, mobile) or mobile = '' then mobile
    end as mobile,
from chosen
