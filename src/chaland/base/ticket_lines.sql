-- reads:  landing.ticket_lines, work.sales, base.products
-- writes: base.ticket_lines
-- grain:  one row per ticket line, two equal lines being two purchases;  key: ticket_id, file, line, line_number
select
    sales.ticket_id,
    ticket_lines.line_number,
    sales.seen_customer_id as customer_id,
    ticket_lines.product_key,
    coalesce(ticket_lines.product_label, products.product_label) as product_label,
    coalesce(ticket_lines.department, products.department) as department,
    ticket_lines.quantity,
    ticket_lines.amount,
    ticket_lines.discount,
    ticket_lines.is_product,
    ticket_lines.sold_at::date as sold_date,
    ticket_lines.file,
    ticket_lines.line,
from landing.ticket_lines
inner join work.sales on sales.source = ticket_lines.source and sales.ticket_key = ticket_lines.ticket_key
left join base.products on products.product_key = ticket_lines.product_key
