-- reads:  work.survey_texts (the columns of a file, as text, named after our fields), macros of chaland.ingest
-- writes: base.surveys
-- grain:  one row per answer whose day can be read
-- params: $writings (list of strptime writings of its dates)
with parsed as (
    select
        *,
        coalesce(
            ingest_iso(trim(answered)),
            try_strptime(trim(answered), $writings),
            ingest_compact(trim(answered)),
            ingest_zoned(trim(answered), 'UTC'),
            ingest_day_first(trim(answered))
        ) as answered_at,
    from work.survey_texts
)

select
    'file:' || line::varchar as survey_id,
    nullif(trim(customer), '') as customer_id,
    'file' as source,
    nullif(trim(shop), '') as shop_key,
    try_cast(ingest_number_any(recommendation) as integer) as recommendation_0_10,
    try_cast(ingest_number_any(satisfaction) as integer) as satisfaction_1_5,
    nullif(trim(comment), '') as comment,
    answered_at,
from parsed
where answered_at is not null
