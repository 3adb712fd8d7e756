-- reads:  work.clv_customers, insight.rfm
-- writes: nothing (a query)
-- grain:  one row per behavioural segment and distinct history: its customers, and what the amounts of its repeats add up to
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
    clv_customers.repeats::bigint as x,
    clv_customers.recency_days::bigint as recency,
    clv_customers.age_days::bigint as age,
    count(*)::bigint as count,
    -- without a repeat, or of repeats worth nothing, an amount tells nothing of the next ones
    count(*) filter (where clv_customers.repeats > 0 and clv_customers.mean_amount > 0)::bigint as priced,
    -- decimals: the last digits of a sum of doubles follow the order of its terms
    coalesce(
        sum(clv_customers.mean_amount::decimal(38, 6))
            filter (where clv_customers.repeats > 0 and clv_customers.mean_amount > 0),
        0
    )::double as amounts,
    coalesce(
        sum((clv_customers.mean_amount * clv_customers.mean_amount)::decimal(38, 6))
            filter (where clv_customers.repeats > 0 and clv_customers.mean_amount > 0),
        0
    )::double as squares,
from work.clv_customers
left join segments on segments.customer_id = clv_customers.customer_id
group by 1, 2, 3, 4
order by 1, 2, 3, 4
