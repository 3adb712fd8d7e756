-- reads:  landing.consents
-- writes: work.consent_words
-- grain:  one row per word on being contacted, its latest version; a line taken back is none;  key: source, consent_key
create or replace table work.consent_words as
with latest as (
    select *
    from landing.consents
    qualify row_number() over (partition by source, consent_key order by load_id desc, file desc, line desc) = 1
)

select
    source,
    consent_key,
    system || ':' || person_key as record_id,
    string_split(coalesce(records, system || ':' || person_key), ' ') as records,
    channel,
    purpose,
    answer = 'yes' as is_granted,
    method,
    proof,
    author,
    said_at,
from latest
where withdrawn_at is null
