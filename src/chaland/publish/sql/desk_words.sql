-- reads:  base.contacts, base.cases, base.consent_events, base.corrections
-- writes: nothing (a question)
-- grain:  one row per word of the desk that the base knows of a customer, and what it knows of it
-- params: $customer_id (varchar)
select contact_id as event_id, 'known' as state
from base.contacts
where customer_id = $customer_id and source = 'desk_contacts'
union all
select case_id as event_id, status || ' ' || coalesce(comment, '') as state
from base.cases
where customer_id = $customer_id and source = 'desk_cases'
union all
select consent_event_id as event_id, 'known' as state
from base.consent_events
where customer_id = $customer_id and source = 'desk_consents'
union all
-- a correction keeps no number there: its moment, to the microsecond, tells it
select 'desk_corrections@' || strftime(corrected_at, '%Y-%m-%dT%H:%M:%S.%fZ') as event_id, 'known' as state
from base.corrections
where customer_id = $customer_id and source = 'desk_corrections'
