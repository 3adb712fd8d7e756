-- reads:  work.ticket_departments
-- writes: base.customer_departments
-- grain:  one row per customer and department bought, up to $as_of;  key: customer_id, department
-- params: $as_of (date)
select
    customer_id,
    department,
    count(*)::integer as tickets,
    sum(units)::decimal(18, 3) as units,
    sum(amount)::decimal(18, 4) as amount,
    coalesce(sum(amount) filter (where sold_date > $as_of::date - interval 365 day), 0)::decimal(18, 4)
        as amount_12_months,
    max(sold_date) as last_date,
from work.ticket_departments
where customer_id is not null and sold_date <= $as_of
group by customer_id, department
