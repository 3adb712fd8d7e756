-- reads:  base.tickets
-- writes: work.clv_customers
-- grain:  one row per customer with a purchase until $until: repeats, age at the last, age, mean amount of the repeats
-- params: $until (date)
create or replace table work.clv_customers as
with days as (
    select
        customer_id,
        sold_date,
        sum(amount) as amount,
    from base.tickets
    where customer_id is not null and not is_return and sold_date <= $until
    group by customer_id, sold_date
)

select
    customer_id,
    count(*) - 1 as repeats,
    date_diff('day', min(sold_date), max(sold_date)) as recency_days,
    date_diff('day', min(sold_date), $until::date) as age_days,
    -- the first purchase, often a trial, tells little of the next ones (Fader & Hardie 2013)
    ((sum(amount) - arg_min(amount, sold_date)) / nullif(count(*) - 1, 0))::double as mean_amount,
from days
group by customer_id
