-- reads:  segments.shop_days
-- writes: work.days
-- grain:  one row per customer and day, whatever the shop
create or replace table work.days as
select
    customer_number,
    sold_date,
    max(purchase_days) as purchase_days,
    sum(units::double) as units,
    sum(amount_cents)::bigint as amount_cents,
from segments.shop_days
group by customer_number, sold_date
