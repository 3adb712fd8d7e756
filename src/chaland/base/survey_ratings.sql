-- reads:  landing.surveys
-- writes: base.survey_ratings
-- grain:  one row per survey answered, its latest version, and aspect whose mark is a number;  key: survey_id, aspect
with latest as (
    select *
    from landing.surveys
    qualify row_number() over (partition by source, survey_key order by load_id desc, file desc, line desc) = 1
),

given as (
    select
        source || ':' || survey_key as survey_id,
        unnest(map_entries(cast(json(attributes) as map(varchar, varchar)))) as entry,
    from latest
    where json_valid(attributes)
)

select
    survey_id,
    entry.key as aspect,
    try_cast(replace(trim(entry.value), ',', '.') as double) as rating,
from given
where try_cast(replace(trim(entry.value), ',', '.') as double) is not null
