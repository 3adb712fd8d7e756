-- reads:  base.tickets, work.clv_customers (as of $cut)
-- writes: nothing (a query)
-- grain:  one row per distinct history at $cut and number of purchase days from then to $as_of
-- params: $cut (date), $as_of (date)
with later as (
    select
        customer_id,
        count(distinct sold_date) as purchases,
    from base.tickets
    where customer_id is not null and not is_return and sold_date > $cut and sold_date <= $as_of
    group by customer_id
)

select
    clv_customers.repeats::bigint as x,
    clv_customers.recency_days::bigint as recency,
    clv_customers.age_days::bigint as age,
    coalesce(later.purchases, 0)::bigint as purchases,
    count(*)::bigint as count,
from work.clv_customers
left join later on later.customer_id = clv_customers.customer_id
group by all
order by all
