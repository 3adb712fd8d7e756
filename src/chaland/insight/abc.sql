-- reads:  base.tickets
-- writes: insight.abc
-- grain:  one row per customer whose net amount is above zero (or, with zeros, not below);  key: customer_id
-- params: $as_of (date), $since (date: the window starts the day after), $with_zeros (boolean)
with totals as (
    select
        customer_id,
        case when $with_zeros then greatest(sum(amount), 0) else sum(amount) end as amount,
    from base.tickets
    where customer_id is not null and sold_date <= $as_of and sold_date > $since
    group by customer_id
),

ranked as (
    select
        customer_id,
        amount,
        row_number() over (order by amount desc, customer_id) as amount_rank,
        sum(amount) over (order by amount desc, customer_id) as cumulated,
        sum(amount) over () as whole,
    from totals
    where amount > 0 or $with_zeros
)

select
    customer_id,
    amount::decimal(18, 4) as amount,
    amount_rank::integer as amount_rank,
    coalesce(cumulated / nullif(whole, 0), 1)::double as amount_ratio,
    case
        -- who crosses the line still belongs to the class that he completes
        when cumulated - amount < 0.80 * whole then 'A'
        when cumulated - amount < 0.95 * whole then 'B'
        else 'C'
    end as abc,
from ranked
