-- reads:  base.contacts
-- writes: nothing (a question)
-- grain:  one row per contact of a customer, the latest first
-- params: $first_id, $last_id (varchar): customers, both included; $rows (integer)
select
    customer_id,
    'contact' as kind,
    contact_id as event_id,
    contacted_at as happened_at,
    source,
    channel || '_' || direction as code,
    reason as label,
    outcome as status,
    comment,
    duration_seconds as number,
from base.contacts
where customer_id between $first_id and $last_id
order by customer_id, contacted_at desc, contact_id
limit $rows
