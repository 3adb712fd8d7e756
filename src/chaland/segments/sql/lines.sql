-- reads:  base.ticket_lines, work.customer_numbers, segments.products
-- writes: work.lines
-- grain:  one row per line of a product an identified customer bought, in whole numbers: joined once, added up twice
-- params: $as_of (date)
create or replace table work.lines as
select
    customer_numbers.customer_number,
    products.product_number,
    coalesce(ticket_lines.department, '') as department,
    ticket_lines.sold_date,
    (ticket_lines.quantity > 0)::utinyint as purchase_days,
    ticket_lines.quantity::float as units,
    round(ticket_lines.amount * 100)::integer as amount_cents,
from base.ticket_lines
inner join work.customer_numbers on customer_numbers.customer_id = ticket_lines.customer_id
left join segments.products on products.product_key = ticket_lines.product_key
where ticket_lines.is_product and ticket_lines.sold_date <= $as_of
