-- reads:  segments.department_days
-- writes: segments.customer_departments
-- grain:  one row per department and customer
select
    department,
    customer_number,
    sum(purchase_days)::integer as purchase_days,
    sum(units::double) as units,
    sum(amount_cents)::bigint as amount_cents,
    min(sold_date) as first_date,
    max(sold_date) as last_date,
from segments.department_days
group by department, customer_number
