-- reads:  nothing
-- writes: work.clean_consent_words
-- grain:  one row per writing of yes or no, folded to lower case without accents or punctuation; key: word
-- params: $yes (list of writings), $no (list of writings)
create or replace table work.clean_consent_words as
select
    unnest($yes) as word,
    true as is_granted,
union all
select
    unnest($no) as word,
    false as is_granted,
