-- reads:  rows (products)
-- writes: what the lines of a product share: code, label and department; price
-- grain:  one row per product
-- params: none
select
    ';' || product_key || ';' || product_label || ';' || department || ';' as product,
    ';' || replace(list_price, '.', ',') || ';' as price
from rows
