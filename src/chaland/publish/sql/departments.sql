-- reads:  base.customer_departments
-- writes: nothing (a question)
-- grain:  one row per department a customer bought in, the largest amount first
-- params: $first_id, $last_id (varchar): customers, both included
select
    customer_id,
    department,
    tickets,
    units,
    amount,
    amount_12_months,
    last_date,
from base.customer_departments
where customer_id between $first_id and $last_id
order by customer_id, amount desc, department
