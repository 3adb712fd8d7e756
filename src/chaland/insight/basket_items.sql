-- reads:  base.ticket_lines, base.tickets, base.products
-- writes: work.basket_items
-- grain:  one row per product, family or department sold on enough lines to be frequent, numbered from 0
-- params: $level (product, family or department), $since, $until (dates), $shop_key (null for all), $least (lines)
create or replace table work.basket_items as
with sold as (
    select
        case $level
            when 'product' then ticket_lines.product_key
            when 'family' then products.family
            else ticket_lines.department
        end as item,
        coalesce(products.product_label, ticket_lines.product_label) as product_label,
    from base.ticket_lines
    left join base.products on products.product_key = ticket_lines.product_key
    left join base.tickets on $shop_key is not null and tickets.ticket_id = ticket_lines.ticket_id
    where
        ticket_lines.is_product
        and ticket_lines.quantity >= 0
        and ticket_lines.sold_date > $since
        and ticket_lines.sold_date <= $until
        and ($shop_key is null or tickets.shop_key = $shop_key)
),

counted as (
    select
        item,
        case when $level = 'product' then coalesce(min(product_label), item) else item end as label,
        count(*) as lines,
    from sold
    where item is not null
    group by item
    -- a product is on at most as many tickets as lines
    having count(*) >= $least
)

select
    (row_number() over (order by item) - 1)::integer as number,
    item,
    label,
    lines,
from counted
