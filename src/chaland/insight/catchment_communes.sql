-- reads:  work.catchment_customers, work.catchment_places, work.catchment_homes, work.catchment_pairs, work.catchment_reach
-- writes: nothing (a query)
-- grain:  one row per commune where a customer lives or that is within reach of a shop
with lived as (
    select
        insee_code,
        sum(customers)::integer as customers,
        sum(amount)::decimal(18, 4) as amount,
    from work.catchment_homes
    group by insee_code
),

-- one household may have two home shops
housed as (
    select
        catchment_places.insee_code,
        count(distinct catchment_customers.household_id)::integer as households,
    from work.catchment_customers
    inner join work.catchment_places on catchment_places.code = catchment_customers.insee_code
    group by catchment_places.insee_code
),

nearest as (
    select
        catchment_pairs.insee_code,
        min({'distance_km': catchment_pairs.distance_km, 'shop_key': catchment_pairs.shop_key}) as nearest,
        bool_or(catchment_pairs.distance_km <= catchment_reach.reach_km) as is_reached,
    from work.catchment_pairs
    inner join work.catchment_reach on catchment_reach.shop_key = catchment_pairs.shop_key
    group by catchment_pairs.insee_code
)

select
    catchment_places.insee_code,
    catchment_places.city,
    catchment_places.latitude,
    catchment_places.longitude,
    catchment_places.population,
    coalesce(lived.customers, 0) as customers,
    coalesce(housed.households, 0) as households,
    coalesce(lived.amount, 0)::decimal(18, 4) as amount,
    nearest.nearest.shop_key as nearest_shop_key,
    nearest.nearest.distance_km as distance_km,
    coalesce(lived.customers between 1 and 10, false) as is_small,
from work.catchment_places
left join lived on lived.insee_code = catchment_places.insee_code
left join housed on housed.insee_code = catchment_places.insee_code
left join nearest on nearest.insee_code = catchment_places.insee_code
where
    catchment_places.code = catchment_places.insee_code
    and (lived.customers is not null or coalesce(nearest.is_reached, false))
order by catchment_places.insee_code
