-- reads:  base.customers, base.customer_aliases
-- writes: nothing (a question)
-- grain:  the customer an id stands for today: itself, or the one an old id became; no row when unknown
-- params: $customer_id (varchar)
select customer_id
from base.customers
where customer_id = $customer_id
union all
select customer_id
from base.customer_aliases
where old_customer_id = $customer_id and customer_id is not null
limit 1
