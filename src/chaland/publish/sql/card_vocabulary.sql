-- reads:  search_words
-- writes: cards.sqlite3 (words), through Python
-- grain:  one row per distinct word of a name or a town that is not a number: how many cards hold it
-- params: none
with held as (
    select distinct
        card,
        unnest(words) as word,
    from search_words
    where field in ('names', 'towns')
)

select
    word,
    count(*) as cards,
from held
where regexp_matches(word, '[A-Z]')
group by word
order by word
