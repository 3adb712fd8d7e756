-- reads:  work.clean_raw, work.clean_full_names, work.clean_words
-- writes: work.clean_name_splits
-- grain:  one row per row whose name in one field is plainly a first and a last name: capitals tell which is which, or
--         their frequencies do, beyond what the civility could change (name_parts.py); key: n
-- params: $placeholders (list of folded names that stand for no name)
create or replace table work.clean_name_splits as
with weighed as (
    select
        names.n,
        names.civility,
        names.one,
        names.two,
        ones.is_capital as one_is_capital,
        twos.is_capital as two_is_capital,
        2 * (ones.evidence - twos.evidence) as evidence,
        case when names.has_civility then 9.01 else 3.01 end as enough,
        trim(regexp_replace(strip_accents(upper(raw.raw_full_name)), '[^A-Z]+', ' ', 'g')) as folded,
    from work.clean_full_names as names
    inner join work.clean_raw as raw on names.n = raw.n
    inner join work.clean_words as ones on names.one = ones.word
    inner join work.clean_words as twos on names.two = twos.word
    where ones.word_is_plain and twos.word_is_plain
),

ordered as (
    select
        *,
        case
            when one_is_capital <> two_is_capital then two_is_capital
            when evidence >= enough then true
            when evidence <= -enough then false
        end as is_first_first,
    from weighed
)

select
    n,
    civility,
    case when is_first_first then one else two end as first_name,
    case when is_first_first then two else one end as last_name,
from ordered
where
    is_first_first is not null
    and not list_contains($placeholders, folded)
    and not list_contains($placeholders, replace(folded, ' ', ''))
