-- reads:  base.records
-- writes: nothing (a question)
-- grain:  one row per source record of a customer
-- params: $first_id, $last_id (varchar): customers, both included
select
    customer_id,
    record_id,
from base.records
where customer_id between $first_id and $last_id
order by customer_id, record_id
