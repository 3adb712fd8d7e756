-- reads:  base.tickets, work.clv_customers (as of $cut)
-- writes: nothing (a query)
-- grain:  one row per week since the first purchase of all: repeat purchases of the customers known at $cut
-- params: $cut (date), $as_of (date)
with firsts as (
    select
        customer_id,
        ($cut::date - age_days::integer)::date as first_date,
    from work.clv_customers
),

start as (
    select min(first_date) as day from firsts
),

days as (
    select distinct
        tickets.customer_id,
        tickets.sold_date,
    from base.tickets
    inner join firsts on firsts.customer_id = tickets.customer_id
    where not tickets.is_return and tickets.sold_date > firsts.first_date and tickets.sold_date <= $as_of
)

select
    (date_diff('day', start.day, days.sold_date) // 7 + 1)::bigint as week,
    count(*)::bigint as purchases,
from days
cross join start
group by week
order by week
