-- reads:  work.clean_raw, work.clean_complements, work.clean_streets, work.clean_towns
-- writes: work.clean_address_rows
-- grain:  one row per row whose address must be cleaned whole: it is not in a street and a town, its number is not where
--         the model's was found, its street says the town's name, or street and complement both say a flat or a
--         building; key: n
-- params: none
create or replace table work.clean_address_rows as
with towns as (
    select
        *,
        regexp_extract(trim(regexp_replace(strip_accents(upper(city)), '[^A-Z0-9]+', ' ', 'g')), '[A-Z0-9]+$') as last_word,
    from work.clean_towns
)

select
    raw.n,
from work.clean_raw as raw
left join work.clean_complements as complements on raw.raw_complement = complements.raw_complement
left join work.clean_streets as streets
    on case when raw.has_street then raw.street_model end = streets.street_model
    and raw.number_model = streets.number_model
    and case when complements.complement_is_plain then '' else raw.raw_complement end = streets.street_complement
left join towns
    on raw.written_town = towns.written_town
    and raw.raw_postcode = towns.raw_postcode
    and raw.raw_city = towns.raw_city
    and raw.raw_country = towns.raw_country
where not coalesce(
    raw.has_street
    and streets.street_is_plain
    and (streets.complement is null or not coalesce(complements.complement_is_plain, false))
    and towns.town_is_plain
    -- without a street, what the town says may be nothing either
    and (raw.written_street <> '' or towns.town_status not like 'R%')
    and (
        raw.model is null
        or (
            streets.street_number = raw.model
            and starts_with(coalesce(streets.address_line_4, raw.model), raw.model)
            and (length(raw.number) = length(raw.model) or coalesce(length(streets.street_extension), 0) < 2)
        )
    )
    and (coalesce(towns.last_word, '') = '' or not contains(raw.folded, towns.last_word)),
    false
)
