-- reads:  base.tickets, work.homes
-- writes: work.catchment_customers
-- grain:  one row per customer of the tickets with a purchase in the window;  key: customer_id
-- params: $as_of, $since (dates)
create or replace table work.catchment_customers as
with bought as (
    select *
    from base.tickets
    where customer_id is not null and sold_date > $since and sold_date <= $as_of
),

buyers as (
    select
        customer_id,
        sum(amount)::decimal(18, 4) as amount,
    from bought
    group by customer_id
    having count(*) filter (where not is_return) > 0
),

-- shop of most tickets, latest first on a tie, as in base.customers
visited as (
    select
        customer_id,
        shop_key,
    from bought
    where shop_key is not null and not is_return
    group by customer_id, shop_key
    qualify row_number() over (
        partition by customer_id order by count(*) desc, max(sold_at) desc, shop_key
    ) = 1
)

select
    buyers.customer_id,
    null::varchar as household_id,
    homes.insee_code,
    visited.shop_key as home_shop_key,
    buyers.amount,
from buyers
left join work.homes on homes.customer_id = buyers.customer_id
left join visited on visited.customer_id = buyers.customer_id
