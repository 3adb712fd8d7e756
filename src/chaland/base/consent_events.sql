-- reads:  work.consent_words, identity.persons
-- writes: base.consent_events
-- grain:  one row per word of a customer on being contacted;  key: consent_event_id
select
    words.source || ':' || words.consent_key as consent_event_id,
    persons.customer_id,
    words.record_id,
    words.source,
    words.channel,
    words.purpose,
    words.is_granted,
    words.method,
    words.proof,
    words.author,
    words.said_at,
from work.consent_words as words
left join identity.persons on persons.record_id = words.record_id
