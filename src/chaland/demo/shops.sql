-- reads:  rows (shops)
-- writes: lines of referentiel/magasins.csv
-- grain:  one row per shop
-- params: none
select
    shop_key || ';' || shop_name || ';' || postcode || ';' || city || ';' || area_m2 || ';'
    || strftime(opened_date::date, '%d/%m/%Y') || chr(10) as line
from rows
