-- reads:  reference communes, postcodes, cedex
-- writes: places where customers live
-- grain:  one row per commune (or arrondissement of Lyon, Marseille, Paris) and postcode; population shared between them
-- params: $communes, $postcodes, $cedex (paths)
with towns as (
    select
        town.insee_code,
        case when town.kind = 'arrondissement' then parent.city else town.city end as city,
        town.population,
        coalesce(town.latitude, parent.latitude) as latitude,
        coalesce(town.longitude, parent.longitude) as longitude
    from read_parquet($communes) as town
    left join read_parquet($communes) as parent on parent.insee_code = town.parent_insee_code
    where town.kind in ('commune', 'arrondissement') and town.population > 0
),
usual_postcodes as (
    -- codes that do not end in 0 serve one large addressee, save in the three cities with arrondissements
    select insee_code, postcode, delivery_label
    from read_parquet($postcodes)
    qualify
        insee_code[:3] in ('693', '132', '751')
        or postcode like '%0'
        or not bool_or(postcode like '%0') over (partition by insee_code)
),
counted_postcodes as (
    select *, count(*) over (partition by insee_code) as postcodes
    from usual_postcodes
),
cedex as (
    select insee_code, min(cedex) as cedex, min_by(label, cedex) as cedex_label
    from read_parquet($cedex)
    group by insee_code
)
select
    towns.insee_code,
    counted_postcodes.postcode,
    towns.city,
    counted_postcodes.delivery_label,
    towns.population / counted_postcodes.postcodes as population,
    towns.population < 2000 as is_village,
    towns.latitude,
    towns.longitude,
    cedex.cedex,
    cedex.cedex_label
from towns
join counted_postcodes using (insee_code)
left join cedex using (insee_code)
where towns.latitude is not null
order by towns.insee_code, counted_postcodes.postcode
