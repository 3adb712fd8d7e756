-- reads:  base.ticket_lines, base.products
-- writes: work.path_items
-- grain:  one row per product, family or department that enough customers bought, numbered from 0
-- params: $level (product, family or department), $since, $until (dates), $least (customers), $most (items)
create or replace table work.path_items as
with sold as (
    select
        ticket_lines.customer_id,
        case $level
            when 'product' then ticket_lines.product_key
            when 'family' then products.family
            else ticket_lines.department
        end as item,
        coalesce(products.product_label, ticket_lines.product_label) as product_label,
    from base.ticket_lines
    left join base.products on products.product_key = ticket_lines.product_key
    where
        ticket_lines.customer_id is not null
        and ticket_lines.is_product
        and ticket_lines.quantity > 0
        and ticket_lines.sold_date > $since
        and ticket_lines.sold_date <= $until
),

counted as (
    select
        item,
        count(distinct customer_id) as customers,
        case when $level = 'product' then coalesce(min(product_label), item) else item end as label,
    from sold
    where item is not null
    group by item
    having count(distinct customer_id) >= $least
    qualify row_number() over (order by count(distinct customer_id) desc, item) <= $most
)

select
    (row_number() over (order by item) - 1)::integer as number,
    item,
    label,
    customers,
from counted
