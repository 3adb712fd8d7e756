-- reads:  search_texts, folded_texts (text, folded: what fold() makes of those with an accent)
-- writes: search_words (temporary)
-- grain:  one row per customer and searched field: its folded words, each once, in order of first occurrence. What has no
--         accent is folded here as fold() does it
-- params: none
create or replace temp table search_words as
with split as (
    select
        search_texts.card,
        search_texts.field,
        coalesce(
            string_split(folded_texts.folded, ' '),
            regexp_extract_all(upper(search_texts.text), '[A-Z0-9]+')
        ) as words,
    from search_texts
    left join folded_texts on folded_texts.text = search_texts.text
)

select
    card,
    field,
    list_filter(words, lambda word, place: list_position(words, word) = place) as words,
from split
