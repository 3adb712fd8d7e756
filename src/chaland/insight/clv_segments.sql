-- reads:  insight.clv, insight.rfm
-- writes: insight.clv_segments
-- grain:  one row per behavioural segment;  key: segment
-- params: $as_of (date: the later one of insight.rfm)
with segments as (
    select
        customer_id,
        segment,
    from insight.rfm
    where as_of_date = $as_of
)

select
    coalesce(segments.segment, 'none') as segment,
    count(*)::integer as customers,
    -- rounded: the last digits of a sum follow the order of its terms
    round(sum(clv.alive_probability), 3) as alive,
    round(sum(clv.purchases_12_months), 3) as purchases_12_months,
    sum(clv.value_12_months)::decimal(18, 4) as value_12_months,
    sum(clv.value_36_months)::decimal(18, 4) as value_36_months,
from insight.clv
left join segments on segments.customer_id = clv.customer_id
group by coalesce(segments.segment, 'none')
