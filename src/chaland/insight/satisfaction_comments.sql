-- reads:  base.surveys
-- writes: nothing (a query)
-- grain:  one row per answer whose comment holds every word, latest first
-- params: $words (folded: no accent, small letters), $shop_key (null for all), $unhappy (only those), $most (rows)
select
    survey_id,
    customer_id,
    shop_key,
    answered_at::date as answered_date,
    recommendation_0_10,
    satisfaction_1_5,
    comment,
from base.surveys
where
    nullif(trim(comment), '') is not null
    and ($shop_key is null or shop_key = $shop_key)
    and (
        not $unhappy
        or coalesce(recommendation_0_10 between 0 and 6, false)
        or coalesce(satisfaction_1_5 between 1 and 2, false)
    )
    and len(list_filter($words::varchar[], lambda word: not contains(lower(strip_accents(comment)), word))) = 0
order by answered_at desc, survey_id
limit $most
