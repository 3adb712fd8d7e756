-- reads:  base.tickets
-- writes: insight.cohorts
-- grain:  one row per month of first purchase and number of months since;  key: cohort_month, months_since
-- params: $as_of (date)
with months as (
    select
        customer_id,
        date_trunc('month', sold_date)::date as month,
        count(*) filter (where not is_return) as orders,
        sum(amount) as amount,
    from base.tickets
    where customer_id is not null and sold_date <= $as_of
    group by customer_id, month
),

firsts as (
    select
        customer_id,
        min(month) filter (where orders > 0) as cohort_month,
    from months
    group by customer_id
),

cohorts as (
    select
        cohort_month,
        count(*) as customers,
    from firsts
    where cohort_month is not null
    group by cohort_month
),

-- every month of a cohort is there, also one in which nobody bought
spans as (
    select
        cohort_month,
        customers,
        unnest(range(0, date_diff('month', cohort_month, $as_of::date) + 1)) as months_since,
    from cohorts
),

activity as (
    select
        firsts.cohort_month,
        date_diff('month', firsts.cohort_month, months.month) as months_since,
        count(*) filter (where months.orders > 0) as active,
        sum(months.amount) as amount,
    from months
    inner join firsts on firsts.customer_id = months.customer_id
    where months.month >= firsts.cohort_month
    group by firsts.cohort_month, months_since
)

select
    spans.cohort_month,
    spans.months_since::integer as months_since,
    spans.customers::integer as cohort_customers,
    coalesce(activity.active, 0)::integer as active_customers,
    coalesce(activity.active, 0) / spans.customers::double as retention_ratio,
    coalesce(activity.amount, 0)::decimal(18, 4) as amount,
    last_day(spans.cohort_month + to_months(spans.months_since::integer)) <= $as_of::date as is_complete,
from spans
left join activity on activity.cohort_month = spans.cohort_month and activity.months_since = spans.months_since
