-- reads:  work.catchment_customers, work.catchment_places, work.catchment_sites
-- writes: work.catchment_homes
-- grain:  one row per commune and home shop (null: none that can be put on the map) of customers of the window
create or replace table work.catchment_homes as
select
    catchment_places.insee_code,
    catchment_sites.shop_key,
    count(*) as customers,
    sum(catchment_customers.amount)::decimal(18, 4) as amount,
from work.catchment_customers
inner join work.catchment_places on catchment_places.code = catchment_customers.insee_code
left join work.catchment_sites on catchment_sites.shop_key = catchment_customers.home_shop_key
group by catchment_places.insee_code, catchment_sites.shop_key
