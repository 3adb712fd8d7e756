-- reads:  base.customers, base.shops, reference communes and postcodes
-- writes: segments.places
-- grain:  one row per commune of France, and per postcode whose customers or shops have no commune
-- params: $communes (path), $postcodes (path)
with communes as (
    -- an arrondissement or a former commune without coordinates stands at the commune it belongs to
    select
        communes.insee_code,
        communes.city,
        coalesce(communes.latitude, parents.latitude) as latitude,
        coalesce(communes.longitude, parents.longitude) as longitude,
    from read_parquet($communes) as communes
    left join read_parquet($communes) as parents on parents.insee_code = communes.parent_insee_code
    where coalesce(communes.latitude, parents.latitude) is not null
    qualify row_number() over (
        partition by communes.insee_code order by communes.kind <> 'commune', communes.city, communes.kind
    ) = 1
),

postcodes as (
    select
        postcodes.postcode,
        min(postcodes.delivery_label) as city,
        avg(communes.latitude order by communes.insee_code) as latitude,
        avg(communes.longitude order by communes.insee_code) as longitude,
    from read_parquet($postcodes) as postcodes
    inner join communes on communes.insee_code = postcodes.insee_code
    group by postcodes.postcode
),

places as (
    select
        insee_code,
        null::varchar as postcode,
        city,
        latitude,
        longitude,
    from communes
    union all
    select
        null,
        postcode,
        city,
        latitude,
        longitude,
    from postcodes
)

select
    row_number() over (order by insee_code nulls last, postcode, city)::integer as place_number,
    insee_code,
    postcode,
    city,
    latitude,
    longitude,
from places
