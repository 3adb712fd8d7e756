-- reads:  work.clv_customers
-- writes: nothing (a query)
-- grain:  one row per distinct history, with the customers who share it
select
    repeats::bigint as x,
    recency_days::bigint as recency,
    age_days::bigint as age,
    count(*)::bigint as count,
from work.clv_customers
group by repeats, recency_days, age_days
order by repeats, recency_days, age_days
