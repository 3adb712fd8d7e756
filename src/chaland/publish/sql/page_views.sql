-- reads:  base.web_events
-- writes: nothing (a question)
-- grain:  one row per web event of a customer, in order
-- params: $customer_id (varchar), $zone (time zone of the local times)
select
    event_id,
    source,
    event,
    page,
    department,
    ticket_key,
    timezone($zone, timezone('UTC', occurred_at)) as local_at,
from base.web_events
where customer_id = $customer_id
order by occurred_at, event_id
