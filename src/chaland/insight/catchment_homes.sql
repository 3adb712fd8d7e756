-- reads:  base.customers, work.catchment_places, work.catchment_sites
-- writes: work.catchment_homes
-- grain:  one row per commune and home shop (null: none that can be put on the map) of customers of the window
-- params: $as_of, $since (dates)
create or replace table work.catchment_homes as
select
    catchment_places.insee_code,
    catchment_sites.shop_key,
    count(*) as customers,
    sum(customers.amount_12_months)::decimal(18, 4) as amount,
from base.customers
inner join work.catchment_places on catchment_places.code = customers.insee_code
left join work.catchment_sites on catchment_sites.shop_key = customers.home_shop_key
where
    not customers.is_organisation
    and customers.tickets > 0
    and customers.last_purchase_date > $since
    and customers.first_purchase_date <= $as_of
group by catchment_places.insee_code, catchment_sites.shop_key
