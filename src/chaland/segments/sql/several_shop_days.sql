-- reads:  base.ticket_lines, base.tickets, work.customer_numbers, segments.products, segments.days
-- writes: segments.several_shop_days
-- grain:  one row per shop, day, customer, department and product, where the customer bought at several shops that day;
--         one of nothing where his tickets at a shop have no line of a product: each shop of such a day stands here
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
    crossed.sold_date,
    crossed.customer_number,
    coalesce(ticket_lines.department, '') as department,
    products.product_number,
    coalesce(max((ticket_lines.quantity > 0)::utinyint), 0)::utinyint as purchase_days,
    coalesce(sum(ticket_lines.quantity::double), 0)::float as units,
    coalesce(sum(round(ticket_lines.amount * 100)), 0)::integer as amount_cents,
from crossed
inner join base.tickets on tickets.customer_id = crossed.customer_id and tickets.sold_date = crossed.sold_date
left join base.ticket_lines
    on
        ticket_lines.ticket_id = tickets.ticket_id
        and ticket_lines.customer_id = crossed.customer_id
        and ticket_lines.is_product
left join segments.products on products.product_key = ticket_lines.product_key
group by
    coalesce(tickets.shop_key, ''),
    crossed.sold_date,
    crossed.customer_number,
    coalesce(ticket_lines.department, ''),
    products.product_number
