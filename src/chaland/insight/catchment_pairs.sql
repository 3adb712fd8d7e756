-- reads:  work.catchment_places, work.catchment_sites, work.catchment_homes
-- writes: work.catchment_pairs
-- grain:  one row per shop and commune within 100 km or where its customers live, with their distance
create or replace table work.catchment_pairs as
with communes as (
    select * from work.catchment_places where code = insee_code
),

distances as (
    select
        catchment_sites.shop_key,
        communes.insee_code,
        communes.city,
        communes.latitude,
        communes.longitude,
        communes.population,
        -- great circle (haversine), mean radius of the Earth
        2 * 6371.0088 * asin(
            least(
                1,
                sqrt(
                    sin(radians(communes.latitude - catchment_sites.latitude) / 2) ** 2
                    + cos(radians(communes.latitude)) * cos(radians(catchment_sites.latitude))
                    * sin(radians(communes.longitude - catchment_sites.longitude) / 2) ** 2
                )
            )
        ) as distance_km,
    from work.catchment_sites
    -- a degree of latitude is 111 km: far communes need no distance
    inner join communes on abs(communes.latitude - catchment_sites.latitude) < 0.95
    where abs(communes.longitude - catchment_sites.longitude) < 2.5
)

select
    distances.*,
    coalesce(catchment_homes.customers, 0)::integer as customers,
from distances
left join work.catchment_homes
    on catchment_homes.shop_key = distances.shop_key and catchment_homes.insee_code = distances.insee_code
where distances.distance_km <= 100
