-- reads:  insight.churn
-- writes: insight.churn_reasons
-- grain:  one row per reason;  key: reason
with named as (
    select
        unnest(reasons) as reason,
        is_silent,
    from insight.churn
)

select
    reason,
    count(*)::integer as customers,
    count(*) filter (where is_silent)::integer as silent_customers,
from named
group by reason
