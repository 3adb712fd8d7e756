-- reads:  base.ticket_lines
-- writes: nothing (a question)
-- grain:  one row per line of one ticket of a customer, in the ticket's order
-- params: $customer_id (varchar), $ticket_id (varchar)
select
    line_number,
    product_key,
    product_label,
    department,
    quantity,
    amount,
    discount,
    is_product,
    file,
    line,
from base.ticket_lines
where customer_id = $customer_id and ticket_id = $ticket_id
order by line_number, file, line
