-- reads:  base.tickets
-- writes: work.basket_shops
-- grain:  one row per shop that sold, numbered from 0; none unless $by_shop
-- params: $by_shop (boolean)
create or replace table work.basket_shops as
select
    shop_key,
    (row_number() over (order by shop_key) - 1)::integer as number,
from base.tickets
where $by_shop and shop_key is not null
group by shop_key
