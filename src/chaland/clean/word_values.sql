-- reads:  work.clean_full_names
-- writes: work.clean_word_values
-- grain:  one row per distinct word of a name of two words in one field; key: n
-- params: none
create or replace table work.clean_word_values as
with words as (
    select one as word
    from work.clean_full_names
    union
    select two as word
    from work.clean_full_names
)

select
    row_number() over () as n,
    word,
from words
