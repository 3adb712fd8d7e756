-- reads:  work.catchment_pairs, work.catchment_reach
-- writes: nothing (a query)
-- grain:  one row per shop and commune within its reach, nearest first
with within as (
    select
        catchment_pairs.*,
        sum(catchment_pairs.customers) over (partition by catchment_pairs.shop_key) as everybody,
        sum(catchment_pairs.customers) over (
            partition by catchment_pairs.shop_key order by catchment_pairs.distance_km, catchment_pairs.insee_code
        ) as until,
    from work.catchment_pairs
    inner join work.catchment_reach on catchment_reach.shop_key = catchment_pairs.shop_key
    where catchment_pairs.distance_km <= catchment_reach.reach_km
)

select
    shop_key,
    insee_code,
    city,
    latitude,
    longitude,
    population,
    distance_km,
    customers,
    coalesce(customers / nullif(everybody, 0), 0)::double as customers_ratio,
    coalesce(until / nullif(everybody, 0), 0)::double as cumulated_ratio,
    case
        when until - customers < 0.6 * everybody then 'primary'
        when until - customers < 0.85 * everybody then 'secondary'
        else 'tertiary'
    end as zone,
    customers > 0 and customers < 11 as is_small,
from within
order by shop_key, distance_km, insee_code
