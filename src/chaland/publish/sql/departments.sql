-- reads:  base.customer_departments
-- writes: nothing (a question)
-- grain:  one row per department a customer bought in, the largest amount first
-- params: $customer_id (varchar)
select
    department,
    tickets,
    units,
    amount,
    amount_12_months,
    last_date,
from base.customer_departments
where customer_id = $customer_id
order by amount desc, department
