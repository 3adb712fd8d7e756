-- reads:  work.clean_raw, work.clean_name_splits, work.clean_firsts, work.clean_lasts
-- writes: work.clean_name_rows
-- grain:  one row per row whose name must be cleaned whole: it is neither in two fields nor plainly two words, or its
--         halves may act on each other (they may be the wrong way round, or one is said in the other); key: n
-- params: none
create or replace table work.clean_name_rows as
select
    raw.n,
from work.clean_raw as raw
left join work.clean_name_splits as splits on raw.n = splits.n
left join work.clean_firsts as firsts
    on coalesce(splits.civility, raw.raw_civility) = firsts.raw_civility
    and coalesce(splits.first_name, raw.raw_first_name) = firsts.raw_first_name
    and raw.raw_sex = firsts.raw_sex
left join work.clean_lasts as lasts on coalesce(splits.last_name, raw.raw_last_name) = lasts.raw_last_name
left join work.clean_lasts as borns on raw.raw_birth_name = borns.raw_last_name
where not coalesce(
    (raw.has_two_names or splits.n is not null)
    and firsts.first_is_plain
    and (splits.n is null or firsts.first_reason <> 'couple')
    and lasts.last_is_plain
    and (raw.raw_birth_name = '' or borns.last_is_plain)
    -- a little under SWAP_EVIDENCE of names.py
    and (lasts.last_evidence <= 0 or lasts.last_evidence - firsts.first_evidence < 6.9)
    and not contains(firsts.first_name_key, lasts.last_name_key)
    -- an initial is never taken out of a last name
    and (
        not contains(lasts.last_name_key, firsts.first_name_key)
        or (
            length(firsts.first_name_key) = 1
            and length(coalesce(splits.first_name, raw.raw_first_name)) <= 2
            and lasts.last_name_key <> firsts.first_name_key
        )
    ),
    false
)
