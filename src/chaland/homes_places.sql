-- reads:  work.shop_texts (the columns of a file, as text, named after our fields), macros of chaland.ingest
-- writes: work.shop_places
-- grain:  one row per shop whose latitude and longitude can be read;  key: shop_key
with places as (
    select
        trim(shop) as shop_key,
        try_cast(ingest_number_any(latitude) as double) as latitude,
        try_cast(ingest_number_any(longitude) as double) as longitude,
    from work.shop_texts
    where nullif(trim(shop), '') is not null
    qualify row_number() over (partition by trim(shop) order by line) = 1
)

select *
from places
where latitude between -90 and 90 and longitude between -180 and 180
