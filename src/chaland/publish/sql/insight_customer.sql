-- reads:  insight.studies, insight.rfm, insight.abc, insight.clv, insight.churn
-- writes: nothing (a question)
-- grain:  one row: what the studies say of one customer, nulls where a study says nothing of him
-- params: $customer_id
with looked as (
    select max(looked_from_date) as looked_from_date from insight.studies
),

scores as (
    select *
    from insight.rfm
    cross join looked
    where rfm.customer_id = $customer_id and rfm.as_of_date = looked.looked_from_date
)

select
    looked.looked_from_date,
    scores.segment,
    scores.rfm_cell,
    scores.r_score,
    scores.f_score,
    scores.m_score,
    scores.rfm_recency_days,
    scores.rfm_frequency_orders,
    scores.rfm_monetary_amount,
    abc.abc,
    abc.amount as abc_amount,
    clv.alive_probability,
    clv.purchases_12_months,
    clv.purchases_12_low,
    clv.purchases_12_high,
    clv.value_12_months,
    clv.value_12_low,
    clv.value_12_high,
    churn.silence_days,
    churn.gap_days,
    churn.silence_limit_days,
    churn.is_silent,
    churn.buys_probability,
    churn.reasons,
from looked
left join scores on true
left join insight.abc on abc.customer_id = $customer_id
left join insight.clv on clv.customer_id = $customer_id
left join insight.churn on churn.customer_id = $customer_id
