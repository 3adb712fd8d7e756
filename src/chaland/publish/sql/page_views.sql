-- reads:  base.web_events
-- writes: nothing (a question)
-- grain:  one row per web event of a customer, in order
-- params: $first_id, $last_id (varchar): customers, both included; $zone (time zone of the local times)
select
    customer_id,
    event_id,
    source,
    event,
    page,
    department,
    ticket_key,
    timezone($zone, timezone('UTC', occurred_at)) as local_at,
from base.web_events
where customer_id between $first_id and $last_id
order by customer_id, occurred_at, event_id
