-- reads:  base.tickets, base.ticket_lines
-- writes: nothing (a query)
-- grain:  one row per customer with a purchase until $until: his rhythm then, and whether he buys in the days to $next
-- params: $until, $next (dates), $department (the later purchase is one in this department; null for any)
with days as (
    select
        customer_id,
        sold_date,
        sum(amount) as amount,
    from base.tickets
    where customer_id is not null and not is_return and sold_date <= $until
    group by customer_id, sold_date
),

rhythms as (
    select
        customer_id,
        count(*) - 1 as repeats,
        date_diff('day', max(sold_date), $until::date) as recency_days,
        date_diff('day', min(sold_date), $until::date) as age_days,
        date_diff('day', min(sold_date), max(sold_date)) as active_days,
        greatest(sum(amount), 0)::double as amount,
        count(*) filter (where sold_date > $until::date - 90) as purchases_90_days,
        count(*) filter (where sold_date > $until::date - 180) as purchases_180_days,
    from days
    group by customer_id
),

-- one more gap, the usual one, is lent to everybody: a customer of two purchases does not yet have a rhythm of his own
usual as (
    select sum(active_days) / nullif(sum(repeats), 0)::double as gap_days from rhythms
),

later as (
    select distinct tickets.customer_id
    from base.tickets
    left join base.ticket_lines on $department is not null and ticket_lines.ticket_id = tickets.ticket_id
    where
        tickets.customer_id is not null
        and not tickets.is_return
        and tickets.sold_date > $until
        and tickets.sold_date <= $next
        and ($department is null or (ticket_lines.department = $department and ticket_lines.quantity > 0))
)

select
    rhythms.customer_id,
    rhythms.recency_days::bigint as recency_days,
    rhythms.repeats::bigint as repeats,
    rhythms.age_days::bigint as age_days,
    rhythms.amount,
    rhythms.purchases_90_days::bigint as purchases_90_days,
    rhythms.purchases_180_days::bigint as purchases_180_days,
    (rhythms.active_days / nullif(rhythms.repeats, 0)::double) as own_gap_days,
    (rhythms.active_days + usual.gap_days) / (rhythms.repeats + 1) as gap_days,
    later.customer_id is not null as is_later_buyer,
from rhythms
cross join usual
left join later on later.customer_id = rhythms.customer_id
order by rhythms.customer_id
