-- reads:  work.clv_customers, work.clv_scores
-- writes: insight.clv
-- grain:  one row per customer with a purchase;  key: customer_id
-- params: $p, $q, $v (double: Gamma-Gamma, null without a value), $margin (double)
with priced as (
    select
        clv_customers.customer_id,
        clv_customers.mean_amount,
        clv_scores.*,
        case
            -- a customer without a repeat, or whose repeats are worth nothing, is worth the population's mean
            when clv_customers.repeats = 0 or coalesce(clv_customers.mean_amount, 0) <= 0 then $p * $v / ($q - 1)
            else
                ($q - 1) / ($p * clv_customers.repeats + $q - 1) * $p * $v / ($q - 1)
                + $p * clv_customers.repeats / ($p * clv_customers.repeats + $q - 1) * clv_customers.mean_amount
        end as amount,
    from work.clv_customers
    inner join work.clv_scores
        on
            clv_scores.repeats = clv_customers.repeats
            and clv_scores.recency_days = clv_customers.recency_days
            and clv_scores.age_days = clv_customers.age_days
)

select
    customer_id,
    repeats::integer as clv_frequency_repeats,
    recency_days::integer as clv_recency_days,
    age_days::integer as clv_age_days,
    mean_amount::decimal(18, 4) as clv_mean_amount,
    alive as alive_probability,
    amount::decimal(18, 4) as expected_amount,
    purchases_3 as purchases_3_months,
    low_3::integer as purchases_3_low,
    high_3::integer as purchases_3_high,
    ($margin * amount * discounted_3)::decimal(18, 4) as value_3_months,
    ($margin * amount * low_3)::decimal(18, 4) as value_3_low,
    ($margin * amount * high_3)::decimal(18, 4) as value_3_high,
    purchases_12 as purchases_12_months,
    low_12::integer as purchases_12_low,
    high_12::integer as purchases_12_high,
    ($margin * amount * discounted_12)::decimal(18, 4) as value_12_months,
    ($margin * amount * low_12)::decimal(18, 4) as value_12_low,
    ($margin * amount * high_12)::decimal(18, 4) as value_12_high,
    purchases_36 as purchases_36_months,
    low_36::integer as purchases_36_low,
    high_36::integer as purchases_36_high,
    ($margin * amount * discounted_36)::decimal(18, 4) as value_36_months,
    ($margin * amount * low_36)::decimal(18, 4) as value_36_low,
    ($margin * amount * high_36)::decimal(18, 4) as value_36_high,
from priced
