-- reads:  base.surveys
-- writes: nothing (a query)
-- grain:  one row for all answers of the window, one per shop, one per quarter
-- params: $since, $as_of (dates)
with answers as (
    select
        coalesce(shop_key, '') as shop_key,
        date_trunc('quarter', answered_at)::date::varchar as quarter,
        -- a mark out of its scale is no mark
        case when recommendation_0_10 between 0 and 10 then recommendation_0_10 end as recommendation,
        case when satisfaction_1_5 between 1 and 5 then satisfaction_1_5 end as satisfaction,
        nullif(trim(comment), '') as comment,
    from base.surveys
    where answered_at::date > $since and answered_at::date <= $as_of
)

select
    case when grouping(shop_key) = 0 then 'shop' when grouping(quarter) = 0 then 'quarter' else 'all' end as scope,
    coalesce(shop_key, quarter, '') as scope_key,
    count(*)::integer as answers,
    count(recommendation)::integer as recommendations,
    count(*) filter (where recommendation >= 9)::integer as promoters,
    count(*) filter (where recommendation <= 6)::integer as detractors,
    count(satisfaction)::integer as satisfactions,
    count(*) filter (where satisfaction >= 4)::integer as satisfied,
    count(comment)::integer as comments,
from answers
group by grouping sets ((), (shop_key), (quarter))
having count(*) > 0 and (grouping(shop_key) = 1 or shop_key <> '')
order by scope, scope_key
