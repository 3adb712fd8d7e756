-- reads:  landing.contacts, identity.persons
-- writes: base.contacts
-- grain:  one row per contact, its latest version, unless it was taken back;  key: contact_id
with latest as (
    select *
    from landing.contacts
    qualify row_number() over (partition by source, contact_key order by load_id desc, file desc, line desc) = 1
)

select
    latest.source || ':' || latest.contact_key as contact_id,
    persons.customer_id,
    latest.source,
    latest.channel,
    latest.direction,
    latest.reason,
    latest.outcome,
    latest.duration_seconds,
    latest.comment,
    latest.author,
    latest.follow_up_date,
    latest.contacted_at,
from latest
left join identity.persons on persons.record_id = latest.system || ':' || latest.person_key
where latest.withdrawn_at is null
