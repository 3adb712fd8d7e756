-- reads:  base.shops, work.shop_places, reference postcodes, work.catchment_places
-- writes: work.catchment_sites
-- grain:  one row per shop whose own place is known, or its commune by its postcode and town, or by its postcode (the
--         largest)
-- params: $postcodes (path of the reference table)
create or replace table work.catchment_sites as
with folded as (
    select
        *,
        regexp_replace(
            regexp_replace(upper(strip_accents(city)), '[^A-Z0-9]+', ' ', 'g'), '(^| )STE? ', '\1SAINT ', 'g'
        ) as town,
    from base.shops
    where postcode is not null
),

candidates as (
    select
        folded.shop_key,
        folded.shop_name,
        catchment_places.insee_code,
        catchment_places.latitude,
        catchment_places.longitude,
        catchment_places.population,
        folded.town in (
            regexp_replace(upper(strip_accents(catchment_places.city)), '[^A-Z0-9]+', ' ', 'g'),
            regexp_replace(
                regexp_replace(upper(strip_accents(postcodes.delivery_label)), '[^A-Z0-9]+', ' ', 'g'),
                '(^| )STE? ',
                '\1SAINT ',
                'g'
            )
        ) as is_named,
    from folded
    inner join read_parquet($postcodes) as postcodes on postcodes.postcode = folded.postcode
    inner join work.catchment_places on catchment_places.code = postcodes.insee_code
),

by_address as (
    select
        shop_key,
        shop_name,
        insee_code,
        latitude,
        longitude,
    from candidates
    qualify row_number() over (
        partition by shop_key order by coalesce(is_named, false) desc, population desc, insee_code
    ) = 1
),

-- its commune is then the one whose centre is nearest
by_place as (
    select
        shop_places.shop_key,
        shops.shop_name,
        catchment_places.insee_code,
        shop_places.latitude,
        shop_places.longitude,
    from work.shop_places
    inner join base.shops on shops.shop_key = shop_places.shop_key
    inner join work.catchment_places
        on
            catchment_places.code = catchment_places.insee_code
            and abs(catchment_places.latitude - shop_places.latitude) < 0.5
            and abs(catchment_places.longitude - shop_places.longitude) < 0.75
    qualify row_number() over (
        partition by shop_places.shop_key
        order by
            (catchment_places.latitude - shop_places.latitude) ** 2
            + ((catchment_places.longitude - shop_places.longitude) * cos(radians(shop_places.latitude))) ** 2,
            catchment_places.insee_code
    ) = 1
)

select * from by_place
union all
select by_address.*
from by_address
where by_address.shop_key not in (select shop_key from by_place)
