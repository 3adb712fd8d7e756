-- reads:  base.customers, insight.studies, insight.rfm, insight.abc, insight.clv, insight.churn
-- writes: nothing (a question)
-- grain:  one row per customer: what the studies say of one customer, nulls where a study says nothing of him
-- params: $first_id, $last_id (varchar): customers, both included
with looked as (
    select max(looked_from_date) as looked_from_date from insight.studies
),

scores as (
    select *
    from insight.rfm
    cross join looked
    where
        rfm.customer_id between $first_id and $last_id
        and rfm.as_of_date = looked.looked_from_date
)

select
    customers.customer_id,
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
from base.customers
cross join looked
left join scores on scores.customer_id = customers.customer_id
left join insight.abc on abc.customer_id = customers.customer_id
left join insight.clv on clv.customer_id = customers.customer_id
left join insight.churn on churn.customer_id = customers.customer_id
where customers.customer_id between $first_id and $last_id
order by customers.customer_id
