-- reads:  work.ticket_rows
-- writes: base.products
-- grain:  one row per product of the files;  key: product_key
select
    coalesce(product, label) as product_key,
    min(label) as product_label,
    min(family) as family,
    min(department) as department,
    null::varchar as brand,
    null::decimal(18, 4) as list_price,
from work.ticket_rows
where not is_unread and coalesce(product, label) is not null
group by coalesce(product, label)
