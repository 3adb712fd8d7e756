-- reads:  segments.shop_days
-- writes: segments.days
-- grain:  one row per day and customer, whatever the shop
select
    sold_date,
    customer_number,
    max(purchase_days) as purchase_days,
    sum(units::double)::float as units,
    sum(amount_cents)::integer as amount_cents,
    count(*)::integer as shops,
from segments.shop_days
group by sold_date, customer_number
