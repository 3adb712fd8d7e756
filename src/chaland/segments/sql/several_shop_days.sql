-- reads:  base.ticket_lines, base.tickets, work.customer_numbers, segments.products, segments.days
-- writes: segments.several_shop_days
-- grain:  one row per shop, day, customer, department and product, where the customer bought at several shops that day
with crossed as (
    select
        days.sold_date,
        customer_numbers.customer_id,
        days.customer_number,
    from segments.days
    inner join work.customer_numbers on customer_numbers.customer_number = days.customer_number
    where days.shops > 1
)

select
    coalesce(tickets.shop_key, '') as shop_key,
    ticket_lines.sold_date,
    crossed.customer_number,
    coalesce(ticket_lines.department, '') as department,
    products.product_number,
    max((ticket_lines.quantity > 0)::utinyint) as purchase_days,
    sum(ticket_lines.quantity::double)::float as units,
    sum(round(ticket_lines.amount * 100))::integer as amount_cents,
from base.ticket_lines
inner join crossed
    on crossed.customer_id = ticket_lines.customer_id and crossed.sold_date = ticket_lines.sold_date
inner join base.tickets on tickets.ticket_id = ticket_lines.ticket_id and tickets.customer_id = crossed.customer_id
left join segments.products on products.product_key = ticket_lines.product_key
where ticket_lines.is_product
group by
    coalesce(tickets.shop_key, ''),
    ticket_lines.sold_date,
    crossed.customer_number,
    coalesce(ticket_lines.department, ''),
    products.product_number
