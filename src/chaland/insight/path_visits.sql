-- reads:  base.ticket_lines, base.products, work.path_items
-- writes: nothing (a query)
-- grain:  one row per customer and day on which he bought a frequent item, customers together, days in order
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

visits as (
    select
        sold.customer_id,
        sold.sold_date,
        list_sort(list_distinct(list(path_items.number))) as items,
    from sold
    inner join work.path_items on path_items.item = sold.item
    group by sold.customer_id, sold.sold_date
)

select
    dense_rank() over (order by customer_id) as customer,
    date_diff('day', date '1970-01-01', sold_date)::integer as day,
    items,
from visits
order by customer_id, sold_date
