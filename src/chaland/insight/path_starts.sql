-- reads:  base.tickets, base.ticket_lines, base.products
-- writes: nothing (a query)
-- grain:  one row per item of the first purchases: customers who began by it, and what they became
-- params: $level, $known_since (a first purchase before it may not be one), $until (last day of a first purchase),
--         $days (days looked at after it), $least (customers)
with firsts as (
    select
        customer_id,
        min(sold_date) as first_date,
    from base.tickets
    where customer_id is not null and not is_return
    group by customer_id
    having min(sold_date) > $known_since and min(sold_date) <= $until
),

afterwards as (
    select
        firsts.customer_id,
        firsts.first_date,
        coalesce(
            sum(tickets.amount) filter (
                where tickets.sold_date > firsts.first_date and tickets.sold_date <= firsts.first_date + $days::integer
            ),
            0
        )::decimal(18, 4) as amount,
    from firsts
    inner join base.tickets on tickets.customer_id = firsts.customer_id
    group by firsts.customer_id, firsts.first_date
),

ranked as (
    select
        *,
        row_number() over (order by amount desc) as place,
        count(*) over () as everybody,
    from afterwards
),

-- the best fifth: as much as the customer at its end, who bought again
judged as (
    select
        customer_id,
        first_date,
        amount,
        amount > 0 and amount >= min(amount) filter (where place <= greatest(everybody / 5, 1)) over () as is_good,
        everybody,
    from ranked
),

began as (
    select distinct
        judged.customer_id,
        judged.amount,
        judged.is_good,
        case $level
            when 'product' then ticket_lines.product_key
            when 'family' then products.family
            else ticket_lines.department
        end as item,
        case
            when $level = 'product' then min(coalesce(products.product_label, ticket_lines.product_label)) over (
                partition by ticket_lines.product_key
            )
        end as product_label,
    from judged
    inner join base.ticket_lines
        on ticket_lines.customer_id = judged.customer_id and ticket_lines.sold_date = judged.first_date
    left join base.products on products.product_key = ticket_lines.product_key
    where ticket_lines.is_product and ticket_lines.quantity > 0
),

whole as (
    select
        count(*) as customers,
        count(*) filter (where is_good) as good,
    from judged
)

select
    began.item,
    coalesce(min(began.product_label), began.item) as label,
    count(*) as customers,
    count(*) filter (where began.is_good) as good_customers,
    avg(began.amount)::double as mean_amount_after,
    any_value(whole.customers) as all_customers,
    any_value(whole.good) as all_good,
from began
cross join whole
where began.item is not null
group by began.item
having count(*) >= $least
order by began.item
