-- reads:  work.lines
-- writes: segments.department_days
-- grain:  one row per department, day and customer
select
    department,
    sold_date,
    customer_number,
    max(purchase_days) as purchase_days,
    sum(units::double)::float as units,
    sum(amount_cents)::integer as amount_cents,
from work.lines
group by department, sold_date, customer_number
