-- reads:  landing.shops, landing.ticket_lines, landing.surveys, landing.projects, landing.loyalty_movements
-- writes: base.shops
-- grain:  one row per shop: the shop file's latest line, and those that only facts name
with listed as (
    select
        shop_key,
        shop_name,
        postcode,
        city,
        area_m2,
        opened_date,
    from landing.shops
    qualify row_number() over (partition by shop_key order by load_id desc, file desc, line desc) = 1
),

named as (
    select shop_key from landing.ticket_lines
    union
    select shop_key from landing.surveys
    union
    select shop_key from landing.projects
    union
    select shop_key from landing.loyalty_movements
)

select
    coalesce(listed.shop_key, named.shop_key) as shop_key,
    coalesce(listed.shop_name, listed.shop_key, named.shop_key) as shop_name,
    listed.postcode,
    listed.city,
    listed.area_m2,
    listed.opened_date,
from listed
full outer join named on named.shop_key = listed.shop_key
where coalesce(listed.shop_key, named.shop_key) is not null
