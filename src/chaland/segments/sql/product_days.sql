-- reads:  base.ticket_lines, work.customer_numbers, segments.products
-- writes: segments.product_days
-- grain:  one row per product, day and customer
-- params: $as_of (date)
select
    products.product_number,
    ticket_lines.sold_date,
    customer_numbers.customer_number,
    max((ticket_lines.quantity > 0)::utinyint) as purchase_days,
    sum(ticket_lines.quantity::double)::float as units,
    sum(round(ticket_lines.amount * 100))::integer as amount_cents,
from base.ticket_lines
inner join work.customer_numbers on customer_numbers.customer_id = ticket_lines.customer_id
inner join segments.products on products.product_key = ticket_lines.product_key
where ticket_lines.is_product and ticket_lines.sold_date <= $as_of
group by products.product_number, ticket_lines.sold_date, customer_numbers.customer_number
