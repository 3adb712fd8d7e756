-- reads:  insight.churn, insight.rfm
-- writes: insight.churn_segments
-- grain:  one row per behavioural segment;  key: segment
-- params: $as_of (date: the later one of insight.rfm)
with segments as (
    select
        customer_id,
        segment,
        rfm_monetary_amount,
    from insight.rfm
    where as_of_date = $as_of
)

select
    coalesce(segments.segment, 'none') as segment,
    count(*)::integer as customers,
    count(*) filter (where churn.is_silent)::integer as silent,
    coalesce(sum(segments.rfm_monetary_amount), 0)::decimal(18, 4) as amount,
    coalesce(sum(segments.rfm_monetary_amount) filter (where churn.is_silent), 0)::decimal(18, 4) as silent_amount,
    -- rounded: the last digits of a sum follow the order of its terms
    round(sum(churn.buys_probability), 3) as buyers,
from insight.churn
left join segments on segments.customer_id = churn.customer_id
group by coalesce(segments.segment, 'none')
