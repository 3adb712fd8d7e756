-- reads:  base.customers
-- writes: nothing (a question)
-- grain:  one row per customer of a household, 50 at most: for a snapshot whose search cards do not hold households
-- params: $household_id (varchar)
select customer_id
from base.customers
where household_id = $household_id
order by customer_id
limit 50
