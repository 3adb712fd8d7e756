-- reads:  clean.records, work.consent_words, identity.persons
-- writes: base.consents
-- grain:  one row per customer, channel and record that said yes or no: its latest word
--         A word given for several records stands for each of them. A no stands wherever they go; a yes only while the
--         record is one person with the one who said it.
--         An undated no counts as the latest word and an undated yes as the oldest; at the same instant, no wins.
--         key: customer_id, channel, record_id
with written as (
    select record_id, source, recorded_at, 'post' as channel, consent_post as is_granted from clean.records
    union all
    select record_id, source, recorded_at, 'phone' as channel, consent_phone as is_granted from clean.records
    union all
    select record_id, source, recorded_at, 'sms' as channel, consent_sms as is_granted from clean.records
    union all
    select record_id, source, recorded_at, 'email' as channel, consent_email as is_granted from clean.records
),

spoken as (
    select
        record_id as speaker_id,
        unnest(records) as record_id,
        source,
        said_at,
        channel,
        is_granted,
    from work.consent_words
    where purpose = 'marketing'
),

words as (
    select
        persons.customer_id,
        written.channel,
        written.is_granted,
        written.record_id,
        written.source,
        written.recorded_at as said_at,
    from written
    inner join identity.persons on persons.record_id = written.record_id
    where written.is_granted is not null
    union all
    select
        persons.customer_id,
        spoken.channel,
        spoken.is_granted,
        spoken.record_id,
        spoken.source,
        spoken.said_at,
    from spoken
    inner join identity.persons on persons.record_id = spoken.record_id
    left join identity.persons as speakers on speakers.record_id = spoken.speaker_id
    where not spoken.is_granted or speakers.customer_id = persons.customer_id
)

select
    customer_id,
    channel,
    is_granted,
    record_id,
    source,
    said_at,
from words
qualify row_number() over (
    partition by customer_id, channel, record_id
    order by
        (said_at is null and not is_granted) desc,
        said_at desc nulls last,
        is_granted,
        source
) = 1
