-- reads:  base.consents
-- writes: nothing (a question)
-- grain:  one row per record of a customer, moment and answer: the channels it said yes, or no, to; the latest first
-- params: $customer_id (varchar), $rows (integer)
select
    'consent' as kind,
    record_id || case when is_granted then ':yes:' else ':no:' end || said_at::varchar as event_id,
    said_at as happened_at,
    source,
    case when is_granted then 'yes' else 'no' end as code,
    record_id as label,
    list(channel order by channel) as departments,
from base.consents
where customer_id = $customer_id and said_at is not null
group by record_id, source, said_at, is_granted
order by happened_at desc, event_id
limit $rows
