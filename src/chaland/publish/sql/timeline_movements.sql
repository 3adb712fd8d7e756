-- reads:  base.loyalty_movements
-- writes: nothing (a question)
-- grain:  one row per movement on a customer's cards
-- params: $first_id, $last_id (varchar): customers, both included
select
    customer_id,
    source || ':' || file || ':' || line as event_id,
    moved_at as happened_at,
    source,
    shop_key,
    movement as code,
    card_number as label,
    points,
    ticket_key,
from base.loyalty_movements
where customer_id between $first_id and $last_id
order by customer_id, moved_at, source, file, line
