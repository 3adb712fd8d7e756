-- reads:  work.catchment_pairs, work.catchment_homes, work.catchment_sites
-- writes: work.catchment_reach
-- grain:  one row per shop that can be put on the map: how far its customers come from;  key: shop_key
create or replace table work.catchment_reach as
with counted as (
    select
        shop_key,
        sum(customers)::integer as customers,
    from work.catchment_homes
    where shop_key is not null
    group by shop_key
),

cumulated as (
    select
        shop_key,
        distance_km,
        sum(customers) over (partition by shop_key order by distance_km, insee_code) as until,
    from work.catchment_pairs
    where customers > 0
),

told as (
    select
        cumulated.shop_key,
        min(cumulated.distance_km) filter (where 2 * until >= counted.customers) as median_km,
        min(cumulated.distance_km) filter (where until >= 0.6 * counted.customers) as primary_km,
        min(cumulated.distance_km) filter (where until >= 0.85 * counted.customers) as secondary_km,
        min(cumulated.distance_km) filter (where until >= 0.95 * counted.customers) as most_km,
    from cumulated
    inner join counted on counted.shop_key = cumulated.shop_key
    group by cumulated.shop_key
)

select
    catchment_sites.*,
    coalesce(counted.customers, 0) as customers,
    greatest(10, coalesce(told.most_km, case when counted.customers > 0 then 100 else 10 end))::double as reach_km,
    told.median_km,
    told.primary_km,
    told.secondary_km,
from work.catchment_sites
left join counted on counted.shop_key = catchment_sites.shop_key
left join told on told.shop_key = catchment_sites.shop_key
