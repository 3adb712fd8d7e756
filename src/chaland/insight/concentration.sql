-- reads:  insight.abc, base.tickets
-- writes: insight.concentration
-- grain:  one row, none without customers
-- params: $as_of (date), $since (date)
with everybody as (
    select count(distinct customer_id) as customers
    from base.tickets
    where sold_date <= $as_of and sold_date > $since
),

measured as (
    select
        count(*) as customers,
        sum(amount) as amount,
        -- Gini, x ascending: (2 Σ i·x) / (n Σ x) − (n + 1) / n; the rank here descends, i = n + 1 − rank
        sum(amount_rank * amount::double) as ranked_amount,
        min(amount_rank) filter (where amount_ratio >= 1 / 2.0) as half,
        min(amount_rank) filter (where amount_ratio >= 2 / 3.0) as two_thirds,
        min(amount_rank) filter (where amount_ratio >= 0.8) as eighty,
    from insight.abc
)

select
    measured.customers::integer as customers,
    (everybody.customers - measured.customers)::integer as customers_left_out,
    measured.amount::decimal(18, 4) as amount,
    case
        when measured.amount = 0 then 0
        else
            (measured.customers + 1) / measured.customers::double
            - 2 * measured.ranked_amount / (measured.customers * measured.amount::double)
    end as gini,
    measured.half / measured.customers::double as half_customers_ratio,
    measured.two_thirds / measured.customers::double as two_thirds_customers_ratio,
    measured.eighty / measured.customers::double as eighty_customers_ratio,
from measured
cross join everybody
where measured.customers > 0
