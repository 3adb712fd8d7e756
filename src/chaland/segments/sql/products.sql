-- reads:  base.products, base.ticket_lines
-- writes: segments.products
-- grain:  one row per product sold or listed, at its own department (that of the product file, else of the tickets)
select
    (row_number() over (
        order by coalesce(department, ''), coalesce(family, ''), product_key
    ) - 1)::integer as product_number,
    product_key,
    product_label,
    coalesce(family, '') as family,
    coalesce(department, '') as department,
from base.products
