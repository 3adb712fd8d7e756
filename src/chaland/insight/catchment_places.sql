-- reads:  reference communes, base.communes
-- writes: work.catchment_places
-- grain:  one row per INSEE code ever in use whose commune in force has a centre and inhabitants;  key: code
-- params: $communes (path of the reference table)
create or replace table work.catchment_places as
with reference as (
    select
        insee_code,
        kind,
        case when kind = 'commune' then insee_code else parent_insee_code end as commune,
        city,
        latitude,
        longitude,
        population,
    from read_parquet($communes)
),

-- a code may be that of several former communes of one parent
codes as (
    select
        insee_code as code,
        min(commune) as insee_code,
    from reference
    where commune is not null
    group by insee_code
)

select
    codes.code,
    reference.insee_code,
    reference.city,
    reference.latitude,
    reference.longitude,
    -- the retailer's own table wins where it gives inhabitants
    coalesce(nullif(communes.population, 0), reference.population) as population,
from codes
inner join reference on reference.insee_code = codes.insee_code and reference.kind = 'commune'
left join base.communes on communes.insee_code = reference.insee_code
where reference.latitude is not null and coalesce(nullif(communes.population, 0), reference.population) > 0
