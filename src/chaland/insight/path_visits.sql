-- reads:  base.ticket_lines, base.products, work.path_items
-- writes: nothing (a query)
-- grain:  one row per customer, day and frequent item bought on it, customers together, days and items in order
-- params: $level, $since, $until, $parts, $part (customers are cut into parts by their number)
with sold as (
    select
        ticket_lines.customer_id,
        ticket_lines.sold_date,
        case $level
            when 'product' then ticket_lines.product_key
            when 'family' then products.family
            else ticket_lines.department
        end as item,
    from base.ticket_lines
    left join base.products on $level = 'family' and products.product_key = ticket_lines.product_key
    where
        ticket_lines.customer_id is not null
        and ticket_lines.is_product
        and ticket_lines.quantity > 0
        and ticket_lines.sold_date > $since
        and ticket_lines.sold_date <= $until
        and hash(ticket_lines.customer_id) % $parts = $part
),

-- whole numbers are told apart and put in order at a third of what texts and lists cost
customers as (
    select
        customer_id,
        row_number() over (order by customer_id)::integer as customer,
    from (select distinct customer_id from sold)
)

select distinct
    customers.customer,
    date_diff('day', date '1970-01-01', sold.sold_date)::integer as day,
    path_items.number,
from sold
inner join customers on customers.customer_id = sold.customer_id
inner join work.path_items on path_items.item = sold.item
order by customer, day, number
