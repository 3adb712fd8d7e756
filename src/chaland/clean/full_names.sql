-- reads:  work.clean_raw
-- writes: work.clean_full_names
-- grain:  one row per row whose name is in one field, two words with or without a civility before them that agrees with
--         the civility's own field; key: n
-- params: $civilities (list of folded civilities of one word)
create or replace table work.clean_full_names as
with written as (
    select
        n,
        raw_civility,
        regexp_extract(
            raw_full_name,
            '^(?:([A-Za-z]+)[.]? )?([A-Za-zÀ-ÖØ-öø-ÿ](?:[A-Za-zÀ-ÖØ-öø-ÿ-]*[A-Za-zÀ-ÖØ-öø-ÿ])?) ([A-Za-zÀ-ÖØ-öø-ÿ](?:[A-Za-zÀ-ÖØ-öø-ÿ-]*[A-Za-zÀ-ÖØ-öø-ÿ])?)$',
            ['civility', 'one', 'two']
        ) as parts,
    from work.clean_raw
    where raw_full_name <> '' and raw_first_name = '' and raw_last_name = '' and raw_birth_name = ''
        and raw_organisation = ''
)

select
    n,
    case when raw_civility = '' then parts.civility else raw_civility end as civility,
    parts.civility <> '' as has_civility,
    parts.one as one,
    parts.two as two,
from written
where
    parts.one <> ''
    and (
        parts.civility = ''
        or (
            list_contains($civilities, upper(parts.civility))
            and (raw_civility = '' or upper(parts.civility) = upper(rtrim(raw_civility, '.')))
        )
    )
