-- reads:  insight.clv
-- writes: nothing (a query)
-- grain:  one row per horizon in months: what all customers are expected to bring
with horizons as (
    select
        3 as months,
        alive_probability,
        purchases_3_months as purchases,
        value_3_months as amount,
    from insight.clv
    union all
    select
        12 as months,
        alive_probability,
        purchases_12_months as purchases,
        value_12_months as amount,
    from insight.clv
    union all
    select
        36 as months,
        alive_probability,
        purchases_36_months as purchases,
        value_36_months as amount,
    from insight.clv
),

ranked as (
    select
        *,
        row_number() over (partition by months order by purchases desc) as place,
        count(*) over (partition by months) as customers,
    from horizons
),

-- the last digits of a sum of doubles follow the order of its terms; those of decimals do not
exact as (
    select * replace (
        alive_probability::decimal(38, 15) as alive_probability,
        purchases::decimal(38, 15) as purchases
    )
    from ranked
)

select
    months,
    sum(alive_probability)::double as alive,
    sum(purchases)::double as purchases,
    sum(amount)::double as value,
    (sum(purchases) filter (where place <= customers / 10))::double / nullif(sum(purchases)::double, 0) as best_tenth_ratio,
from exact
group by months
order by months
