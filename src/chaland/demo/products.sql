-- reads:  rows (products)
-- writes: lines of referentiel/catalogue.csv
-- grain:  one row per product
-- params: none
select
    product_key || ';' || product_label || ';' || family || ';' || department || ';' || brand || ';'
    || replace(list_price, '.', ',') || chr(10) as line
from rows
