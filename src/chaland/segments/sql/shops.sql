-- reads:  base.shops, segments.places, reference postcodes
-- writes: segments.shops
-- grain:  one row per shop, at the commune of its postcode that bears its town's name, else at its postcode
-- params: $postcodes (path)
with towns as (
    select
        shops.shop_key,
        min(places.place_number) as place_number,
    from base.shops
    inner join read_parquet($postcodes) as postcodes on postcodes.postcode = shops.postcode
    inner join segments.places on places.insee_code = postcodes.insee_code
    where
        regexp_replace(strip_accents(upper(places.city)), '[^A-Z]+', ' ', 'g')
        = regexp_replace(strip_accents(upper(shops.city)), '[^A-Z]+', ' ', 'g')
    group by shops.shop_key
)

select
    shops.shop_key,
    shops.shop_name,
    coalesce(towns.place_number, places.place_number) as place_number,
from base.shops
left join towns on towns.shop_key = shops.shop_key
left join segments.places on places.postcode = shops.postcode
