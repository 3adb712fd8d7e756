-- reads:  work.channel_purchases, base.tickets
-- writes: nothing (a query)
-- grain:  one row per direction and department
-- params: $as_of (date)
with customers as (
    select
        direction,
        department,
        customer_id,
        count(*) as purchases,
        count(days_before) as preceded,
        count(*) filter (where is_followed) as followed,
    from work.channel_purchases
    group by direction, department, customer_id
),

identified as (
    select
        case when channel = 'web' then 'shop_to_web' else 'web_to_shop' end as direction,
        count(customer_id) / count(*)::double as identified_ratio,
    from base.tickets
    where not is_return and sold_date <= $as_of
    group by channel
),

medians as (
    select
        direction,
        department,
        quantile_disc(days_before, 0.5)::integer as median_days,
    from work.channel_purchases
    group by direction, department
)

select
    customers.direction,
    customers.department,
    sum(customers.purchases)::bigint as purchases,
    count(*) as customers,
    sum(customers.preceded)::bigint as preceded,
    sum(customers.followed)::bigint as followed,
    sum(customers.purchases ** 2) as purchases_squared,
    sum(customers.preceded ** 2) as preceded_squared,
    sum(customers.purchases * customers.preceded)::double as crossed,
    any_value(medians.median_days) as median_days,
    any_value(case when customers.department = '' then identified.identified_ratio end) as identified_ratio,
from customers
inner join medians on medians.direction = customers.direction and medians.department = customers.department
left join identified on identified.direction = customers.direction
group by customers.direction, customers.department
order by customers.direction, customers.department
