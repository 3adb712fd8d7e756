-- reads:  base.ticket_lines, work.customer_numbers
-- writes: segments.department_days
-- grain:  one row per department, day and customer
-- params: $as_of (date)
select
    coalesce(ticket_lines.department, '') as department,
    ticket_lines.sold_date,
    customer_numbers.customer_number,
    max((ticket_lines.quantity > 0)::utinyint) as purchase_days,
    sum(ticket_lines.quantity::double)::float as units,
    sum(round(ticket_lines.amount * 100))::integer as amount_cents,
from base.ticket_lines
inner join work.customer_numbers on customer_numbers.customer_id = ticket_lines.customer_id
where ticket_lines.is_product and ticket_lines.sold_date <= $as_of
group by coalesce(ticket_lines.department, ''), ticket_lines.sold_date, customer_numbers.customer_number
