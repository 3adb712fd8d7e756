-- reads:  landing.coupons
-- writes: base.coupons
-- grain:  one row per coupon, operation and product
select distinct
    coupon_key,
    coalesce(operation_key, '') as operation_key,
    coalesce(product_key, '') as product_key,
from landing.coupons
