-- reads:  base.loyalty_movements
-- writes: nothing (a question)
-- grain:  one row per movement on a customer's cards
-- params: $customer_id (varchar)
select
    source || ':' || file || ':' || line as event_id,
    moved_at as happened_at,
    source,
    shop_key,
    movement as code,
    card_number as label,
    points,
    ticket_key,
from base.loyalty_movements
where customer_id = $customer_id
