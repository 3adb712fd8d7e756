-- reads:  base.tickets
-- writes: nothing (a question)
-- grain:  one row per ticket (or return) of a customer, the latest first
-- params: $first_id, $last_id (varchar): customers, both included; $is_return (boolean), $rows (integer)
select
    customer_id,
    case when is_return then 'return' else 'ticket' end as kind,
    ticket_id as event_id,
    sold_at as happened_at,
    source,
    shop_key,
    channel as code,
    ticket_key as label,
    amount,
    lines as number,
from base.tickets
where customer_id between $first_id and $last_id and is_return = $is_return
order by customer_id, sold_at desc, ticket_id
limit $rows
