-- reads:  base.customer_aliases
-- writes: nothing (a question)
-- grain:  one row per old id that leads to the customer, the latest first
-- params: $customer_id (varchar)
select
    old_customer_id,
    reason,
    since_date,
from base.customer_aliases
where customer_id = $customer_id
order by since_date desc, old_customer_id
