-- reads:  clean.records, identity.persons
-- writes: base.consents
-- grain:  one row per customer, channel and record that said yes or no;  key: customer_id, channel, record_id
with said as (
    select record_id, source, recorded_at, 'post' as channel, consent_post as is_granted from clean.records
    union all
    select record_id, source, recorded_at, 'phone' as channel, consent_phone as is_granted from clean.records
    union all
    select record_id, source, recorded_at, 'sms' as channel, consent_sms as is_granted from clean.records
    union all
    select record_id, source, recorded_at, 'email' as channel, consent_email as is_granted from clean.records
)

select
    persons.customer_id,
    said.channel,
    said.is_granted,
    said.record_id,
    said.source,
    said.recorded_at as said_at,
from said
inner join identity.persons on persons.record_id = said.record_id
where said.is_granted is not null
