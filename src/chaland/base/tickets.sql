-- reads:  work.sales
-- writes: base.tickets
-- grain:  one row per ticket;  key: ticket_id
select
    ticket_id,
    ticket_key,
    source,
    seen_customer_id as customer_id,
    shop_key,
    channel,
    is_return,
    lines,
    units,
    amount,
    sold_at,
    sold_date,
from work.sales
