-- reads:  base.tickets, work.customer_numbers
-- writes: segments.shop_days
-- grain:  one row per shop (empty on line), day and customer
-- params: $as_of (date)
select
    coalesce(tickets.shop_key, '') as shop_key,
    tickets.sold_date,
    customer_numbers.customer_number,
    max((not tickets.is_return)::utinyint) as purchase_days,
    sum(tickets.units::double)::float as units,
    sum(round(tickets.amount * 100))::integer as amount_cents,
from base.tickets
inner join work.customer_numbers on customer_numbers.customer_id = tickets.customer_id
where tickets.sold_date <= $as_of
group by coalesce(tickets.shop_key, ''), tickets.sold_date, customer_numbers.customer_number
