-- reads:  base.shops, reference postcodes, work.catchment_places
-- writes: work.catchment_sites
-- grain:  one row per shop whose commune is known by its postcode and town, or is the largest of its postcode
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
)

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
