-- reads:  base.customers
-- writes: nothing (a question)
-- grain:  one row per group of so many customers, in the order of their ids: the first and the last id
-- params: $customers (integer)
with ranked as (
    select
        customer_id,
        (row_number() over (order by customer_id) - 1) // $customers as group_number,
    from base.customers
)

select
    min(customer_id) as first_id,
    max(customer_id) as last_id,
from ranked
group by group_number
order by first_id
