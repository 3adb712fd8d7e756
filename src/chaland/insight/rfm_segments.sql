-- reads:  insight.rfm
-- writes: insight.rfm_segments
-- grain:  one row per segment met at either date;  key: segment
-- params: $as_of (date)
with counted as (
    select
        segment,
        count(*) filter (where as_of_date = $as_of) as customers,
        count(*) filter (where as_of_date < $as_of) as customers_before,
        coalesce(sum(rfm_monetary_amount) filter (where as_of_date = $as_of), 0) as amount,
        coalesce(avg(rfm_recency_days) filter (where as_of_date = $as_of), 0) as mean_recency_days,
        coalesce(avg(rfm_frequency_orders) filter (where as_of_date = $as_of), 0) as mean_orders,
    from insight.rfm
    group by segment
)

select
    segment,
    customers::integer as customers,
    customers_before::integer as customers_before,
    coalesce(customers / nullif(sum(customers) over (), 0), 0)::double as customers_ratio,
    amount::decimal(18, 4) as amount,
    (amount / nullif(sum(amount) over (), 0))::double as amount_ratio,
    mean_recency_days,
    mean_orders,
from counted
