-- reads:  insight.clv
-- writes: insight.clv_tenths
-- grain:  one row per horizon and tenth of the customers, the best first;  key: months, tenth
with horizons as (
    select
        customer_id,
        alive_probability,
        unnest([
            {
                months: 3, purchases: purchases_3_months, purchases_low: purchases_3_low,
                purchases_high: purchases_3_high, amount: value_3_months, amount_low: value_3_low,
                amount_high: value_3_high
            },
            {
                months: 12, purchases: purchases_12_months, purchases_low: purchases_12_low,
                purchases_high: purchases_12_high, amount: value_12_months, amount_low: value_12_low,
                amount_high: value_12_high
            },
            {
                months: 36, purchases: purchases_36_months, purchases_low: purchases_36_low,
                purchases_high: purchases_36_high, amount: value_36_months, amount_low: value_36_low,
                amount_high: value_36_high
            }
        ]) as horizon,
    from insight.clv
),

ranked as (
    select
        horizon,
        alive_probability,
        (row_number() over by_value - 1) * 10 // count(*) over (partition by horizon.months) + 1 as tenth,
    from horizons
    window by_value as (
        partition by horizon.months
        order by horizon.amount desc nulls last, horizon.purchases desc, customer_id
    )
)

select
    horizon.months::integer as months,
    tenth::integer as tenth,
    count(*)::integer as customers,
    -- rounded: the last digits of a sum follow the order of its terms
    round(sum(alive_probability), 3) as alive,
    round(sum(horizon.purchases), 3) as purchases,
    round(avg(horizon.purchases_low), 6) as mean_purchases_low,
    round(avg(horizon.purchases_high), 6) as mean_purchases_high,
    sum(horizon.amount)::decimal(18, 4) as value_amount,
    (sum(horizon.amount_low) / count(*))::double as mean_value_low,
    (sum(horizon.amount_high) / count(*))::double as mean_value_high,
from ranked
group by horizon.months, tenth
