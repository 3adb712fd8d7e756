-- reads:  search_values
-- writes: cards.sqlite3 (keys), through Python
-- grain:  one row per key, kind and card, sorted: what keys.typed_key and keys.phone_keys make of the values that hold ASCII's
--         signs only; Python makes the keys of the others
-- params: none
with plain as (
    select
        kind,
        card,
        case kind
            when 'phone' then regexp_replace(value, '[^0-9]+', '', 'g')
            when 'email' then lower(value)
            else lower(regexp_replace(value, '[^0-9A-Za-z]+', '', 'g'))
        end as key,
    from search_values
    where strlen(value) = length(value)
),

-- a French number is also found as it is dialled at home
dialled as (
    select
        kind,
        card,
        '0' || regexp_replace(key, '^(33|262|508|590|594|596)', '') as key,
    from plain
    where kind = 'phone' and regexp_matches(key, '^(33|262|508|590|594|596)')
),

every_key as (
    select key, kind, card
    from plain
    where key <> '' or kind in ('phone', 'email')
    union
    select key, kind, card
    from dialled
)

select
    key,
    kind,
    card,
from every_key
order by key, kind, card
