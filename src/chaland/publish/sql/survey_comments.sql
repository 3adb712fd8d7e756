-- reads:  base.surveys, base.customers
-- writes: nothing (a question)
-- grain:  one row per answer whose comment holds every word, latest first
-- params: $words (small letters, no accents), $shops (shops judged; null for all), $unhappy (only those), $rows
select
    surveys.customer_id,
    customers.display_name,
    surveys.shop_key,
    surveys.answered_at::date as answered_date,
    surveys.recommendation_0_10,
    surveys.satisfaction_1_5,
    surveys.comment,
    count(*) over () as answers,
from base.surveys
left join base.customers on customers.customer_id = surveys.customer_id
where
    nullif(trim(surveys.comment), '') is not null
    and ($shops::varchar[] is null or list_contains($shops::varchar[], surveys.shop_key))
    and (
        not $unhappy
        or coalesce(surveys.recommendation_0_10 between 0 and 6, false)
        or coalesce(surveys.satisfaction_1_5 between 1 and 2, false)
    )
    and len(list_filter($words::varchar[], lambda word: not contains(lower(strip_accents(surveys.comment)), word))) = 0
order by surveys.answered_at desc, surveys.survey_id
limit $rows
