-- reads:  base.contacts
-- writes: nothing (a question)
-- grain:  one row per contact of a customer, the latest first
-- params: $customer_id (varchar), $rows (integer)
select
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
where customer_id = $customer_id
order by contacted_at desc, contact_id
limit $rows
