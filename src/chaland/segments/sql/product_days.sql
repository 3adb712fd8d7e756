-- reads:  work.lines
-- writes: segments.product_days
-- grain:  one row per product, day and customer
select
    product_number,
    sold_date,
    customer_number,
    max(purchase_days) as purchase_days,
    sum(units::double)::float as units,
    sum(amount_cents)::integer as amount_cents,
from work.lines
where product_number is not null
group by product_number, sold_date, customer_number
