-- reads:  insight.clv, insight.clv_totals
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
    exact.months,
    sum(exact.alive_probability)::double as alive,
    sum(exact.purchases)::double as purchases,
    any_value(clv_totals.purchases_low) as purchases_low,
    any_value(clv_totals.purchases_high) as purchases_high,
    sum(exact.amount)::double as value,
    any_value(clv_totals.value_low)::double as value_low,
    any_value(clv_totals.value_high)::double as value_high,
    (sum(exact.purchases) filter (where exact.place <= exact.customers / 10))::double
    / nullif(sum(exact.purchases)::double, 0) as best_tenth_ratio,
from exact
left join insight.clv_totals on clv_totals.months = exact.months and clv_totals.segment = ''
group by exact.months
order by exact.months
