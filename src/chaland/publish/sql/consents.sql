-- reads:  base.consents
-- writes: nothing (a question)
-- grain:  one row per channel and record that said yes or no, the latest first
-- params: $customer_id (varchar)
select
    channel,
    is_granted,
    record_id,
    source,
    said_at,
from base.consents
where customer_id = $customer_id
order by channel, said_at desc nulls last, record_id
