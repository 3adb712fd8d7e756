-- reads:  base.ticket_lines, base.tickets, base.products, work.basket_items, work.basket_shops
-- writes: nothing (a query)
-- grain:  one row per ticket of one part with an item known at the level: its frequent items, each once, ascending;
--         the number of its shop (-1 for none, or when not asked for), that of its season (0 winter, from December)
-- params: $level, $since, $until, $shop_key, $by_shop (as basket_items.sql, basket_shops.sql), $parts, $part (integers:
--         tickets are dealt out by hash)
with sold as (
    select
        ticket_lines.ticket_id,
        ticket_lines.sold_date,
        case $level
            when 'product' then ticket_lines.product_key
            when 'family' then products.family
            else ticket_lines.department
        end as item,
    from base.ticket_lines
    left join base.products on $level = 'family' and products.product_key = ticket_lines.product_key
    left join base.tickets on $shop_key is not null and tickets.ticket_id = ticket_lines.ticket_id
    where
        ticket_lines.is_product
        and ticket_lines.quantity >= 0
        and ticket_lines.sold_date > $since
        and ticket_lines.sold_date <= $until
        and ($shop_key is null or tickets.shop_key = $shop_key)
        and hash(ticket_lines.ticket_id) % $parts = $part
),

baskets as (
    select
        sold.ticket_id,
        month(min(sold.sold_date)) % 12 // 3 as season,
        list_sort(
            list_distinct(coalesce(list(basket_items.number) filter (where basket_items.number is not null), []))
        ) as items,
    from sold
    left join work.basket_items on basket_items.item = sold.item
    where sold.item is not null
    group by sold.ticket_id
)

select
    baskets.items,
    coalesce(basket_shops.number, -1)::integer as shop,
    baskets.season::integer as season,
from baskets
left join base.tickets on $by_shop and tickets.ticket_id = baskets.ticket_id
left join work.basket_shops on basket_shops.shop_key = tickets.shop_key
