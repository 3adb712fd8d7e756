-- reads:  work.clean_raw
-- writes: work.clean_consent_words
-- grain:  one row per writing of a consent that says yes or no once folded to lower case without accents or punctuation;
--         other writings say nothing; key: writing
-- params: $yes (list of folded writings), $no (list of folded writings)
create or replace table work.clean_consent_words as
with writings as (
    select consent_post as writing from work.clean_raw
    union
    select consent_phone as writing from work.clean_raw
    union
    select consent_sms as writing from work.clean_raw
    union
    select consent_email as writing from work.clean_raw
),

folded as (
    select
        writing,
        trim(regexp_replace(strip_accents(lower(writing)), '[^a-z0-9]+', ' ', 'g')) as word,
    from writings
    where writing is not null
)

select
    writing,
    list_contains($yes, word) as is_granted,
from folded
where list_contains($yes, word) or list_contains($no, word)
