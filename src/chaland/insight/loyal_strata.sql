-- reads:  base.ticket_lines, base.products, work.loyal_customers
-- writes: nothing (a query)
-- grain:  one row per item and stratum where a customer discovered it: discoverers, and those who did without
-- params: $level, $start, $discovered (dates: discovered after the first, to the second), $least (discoverers)
with bought as (
    select
        loyal_customers.customer_id,
        case $level
            when 'product' then ticket_lines.product_key
            when 'family' then products.family
            else ticket_lines.department
        end as item,
        case when $level = 'product' then coalesce(products.product_label, ticket_lines.product_label) end as label,
        ticket_lines.sold_date,
    from work.loyal_customers
    inner join base.ticket_lines on ticket_lines.customer_id = loyal_customers.customer_id
    left join base.products on products.product_key = ticket_lines.product_key
    where ticket_lines.is_product and ticket_lines.quantity > 0 and ticket_lines.sold_date <= $discovered
),

-- whoever had bought it before is neither a discoverer nor one who does without
firsts as (
    select
        customer_id,
        item,
        min(label) as label,
        min(sold_date) > $start as is_new,
    from bought
    where item is not null
    group by customer_id, item
),

kept as (
    select
        item,
        coalesce(min(label), item) as label,
        count(*) filter (where is_new) as discoverers,
    from firsts
    group by item
    having count(*) filter (where is_new) >= $least
),

everybody as (
    select
        stratum,
        count(*) as customers,
        count(*) filter (where is_loyal) as loyal,
        sum(amount_after) as amount,
        sum(amount_after * amount_after) as squares,
        sum(spent_before) as spent,
        sum(often_before) as often,
        sum(often_during) as during,
    from work.loyal_customers
    group by stratum
),

buyers as (
    select
        firsts.item,
        loyal_customers.stratum,
        firsts.is_new,
        count(*) as customers,
        count(*) filter (where loyal_customers.is_loyal) as loyal,
        sum(loyal_customers.amount_after) as amount,
        sum(loyal_customers.amount_after * loyal_customers.amount_after) as squares,
        sum(loyal_customers.spent_before) as spent,
        sum(loyal_customers.often_before) as often,
        sum(loyal_customers.often_during) as during,
    from firsts
    inner join kept on kept.item = firsts.item
    inner join work.loyal_customers on loyal_customers.customer_id = firsts.customer_id
    group by firsts.item, loyal_customers.stratum, firsts.is_new
)

select
    news.item,
    kept.label,
    news.stratum,
    news.customers as buyers,
    news.loyal as buyers_loyal,
    news.amount as buyers_amount,
    news.squares as buyers_squares,
    news.spent as buyers_spent,
    news.often as buyers_often,
    news.during as buyers_during,
    everybody.customers - news.customers - coalesce(olds.customers, 0) as others,
    everybody.loyal - news.loyal - coalesce(olds.loyal, 0) as others_loyal,
    everybody.amount - news.amount - coalesce(olds.amount, 0) as others_amount,
    everybody.squares - news.squares - coalesce(olds.squares, 0) as others_squares,
    everybody.spent - news.spent - coalesce(olds.spent, 0) as others_spent,
    everybody.often - news.often - coalesce(olds.often, 0) as others_often,
    everybody.during - news.during - coalesce(olds.during, 0) as others_during,
from buyers as news
inner join kept on kept.item = news.item
inner join everybody on everybody.stratum = news.stratum
left join buyers as olds on olds.item = news.item and olds.stratum = news.stratum and not olds.is_new
where news.is_new
order by news.item, news.stratum
