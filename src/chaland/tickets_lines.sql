-- reads:  work.ticket_rows
-- writes: base.ticket_lines
-- grain:  one row per row of the files that could be read;  key: ticket_id, file, line, line_number
select
    coalesce(ticket, file || ':' || line::varchar) as ticket_id,
    1 as line_number,
    customer as customer_id,
    coalesce(product, label) as product_key,
    label as product_label,
    department,
    quantity,
    amount,
    null::decimal(18, 4) as discount,
    true as is_product,
    coalesce(sold_at, timestamp '1970-01-01')::date as sold_date,
    file,
    line,
from work.ticket_rows
where not is_unread
