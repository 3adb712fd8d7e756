-- reads:  work.ticket_rows
-- writes: base.tickets
-- grain:  one row per ticket, or per row of the files when they do not number tickets;  key: ticket_id
select
    coalesce(ticket, file || ':' || line::varchar) as ticket_id,
    coalesce(ticket, line::varchar) as ticket_key,
    'file' as source,
    min(customer) as customer_id,
    min(shop) as shop_key,
    case when coalesce(bool_or(is_web), false) then 'web' else 'shop' end as channel,
    count(*) filter (where quantity > 0) = 0 as is_return,
    count(*)::integer as lines,
    sum(quantity)::decimal(18, 3) as units,
    sum(amount)::decimal(18, 4) as amount,
    coalesce(min(sold_at), timestamp '1970-01-01') as sold_at,
    coalesce(min(sold_at), timestamp '1970-01-01')::date as sold_date,
from work.ticket_rows
where not is_unread
group by all
