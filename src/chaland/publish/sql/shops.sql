-- reads:  base.shops
-- writes: nothing (a question)
-- grain:  one row per shop
-- params: none
select
    shop_key,
    shop_name,
from base.shops
