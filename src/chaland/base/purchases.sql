-- reads:  work.sales
-- writes: work.purchases
-- grain:  one row per customer with a ticket: totals up to $as_of, whatever base.detail shows of the tickets
-- params: $as_of (date)
create or replace table work.purchases as
with bought as (
    select *
    from work.sales
    where customer_id is not null and sold_date <= $as_of
),

totals as (
    select
        customer_id,
        min(sold_date) as first_purchase_date,
        max(sold_date) as last_purchase_date,
        count(*) filter (where not is_return) as tickets,
        sum(amount) as amount_total,
        coalesce(sum(amount) filter (where sold_date > $as_of::date - interval 365 day), 0) as amount_12_months,
    from bought
    group by customer_id
),

shop_visits as (
    select
        customer_id,
        shop_key,
        count(*) as tickets,
        max(sold_at) as last_sold_at,
    from bought
    where shop_key is not null and not is_return
    group by customer_id, shop_key
),

home_shops as (
    select
        customer_id,
        shop_key,
    from shop_visits
    qualify row_number() over (partition by customer_id order by tickets desc, last_sold_at desc, shop_key) = 1
)

select
    totals.customer_id,
    home_shops.shop_key as home_shop_key,
    totals.first_purchase_date,
    totals.last_purchase_date,
    totals.tickets::integer as tickets,
    totals.amount_total::decimal(18, 4) as amount_total,
    totals.amount_12_months::decimal(18, 4) as amount_12_months,
from totals
left join home_shops on home_shops.customer_id = totals.customer_id
