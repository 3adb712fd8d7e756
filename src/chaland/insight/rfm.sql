-- reads:  base.tickets, base.customers
-- writes: insight.rfm
-- grain:  one row per customer who bought in the window;  key: as_of_date, customer_id
-- params: $as_of (date), $since (date: the window starts the day after)
with bought as (
    select
        tickets.customer_id,
        tickets.is_return,
        tickets.amount,
        tickets.sold_date,
    from base.tickets
    -- a company buys otherwise than a person: its place in the fifths would push persons out of theirs
    left join base.customers on customers.customer_id = tickets.customer_id
    where tickets.customer_id is not null and tickets.sold_date <= $as_of and not coalesce(customers.is_organisation, false)
),

totals as (
    select
        customer_id,
        date_diff('day', max(sold_date) filter (where not is_return), $as_of::date)::integer as recency_days,
        count(*) filter (where not is_return and sold_date > $since)::integer as orders,
        count(*) filter (where not is_return) as orders_ever,
        coalesce(sum(amount) filter (where sold_date > $since), 0)::decimal(18, 4) as amount,
    from bought
    group by customer_id
    having count(*) filter (where not is_return and sold_date > $since) > 0
),

-- equal values share the mean of their ranks: (2 × before + tied + 1) / 2; five times its place in all, rounded up
recency_scores as (
    select
        recency_days,
        sum(count(*)) over (order by recency_days desc) as until,
        count(*) as tied,
        sum(count(*)) over () as everybody,
    from totals
    group by recency_days
),

orders_scores as (
    select
        orders,
        sum(count(*)) over (order by orders) as until,
        count(*) as tied,
        sum(count(*)) over () as everybody,
    from totals
    group by orders
),

amount_scores as (
    select
        amount,
        sum(count(*)) over (order by amount) as until,
        count(*) as tied,
        sum(count(*)) over () as everybody,
    from totals
    group by amount
),

scored as (
    select
        totals.*,
        ceil(5.0 * (2 * recency_scores.until - recency_scores.tied + 1) / (2 * recency_scores.everybody))::integer as r_score,
        ceil(5.0 * (2 * orders_scores.until - orders_scores.tied + 1) / (2 * orders_scores.everybody))::integer as f_score,
        ceil(5.0 * (2 * amount_scores.until - amount_scores.tied + 1) / (2 * amount_scores.everybody))::integer as m_score,
    from totals
    inner join recency_scores on recency_scores.recency_days = totals.recency_days
    inner join orders_scores on orders_scores.orders = totals.orders
    inner join amount_scores on amount_scores.amount = totals.amount
)

select
    $as_of::date as as_of_date,
    customer_id,
    recency_days as rfm_recency_days,
    orders as rfm_frequency_orders,
    amount as rfm_monetary_amount,
    r_score,
    f_score,
    m_score,
    r_score::varchar || f_score::varchar || m_score::varchar as rfm_cell,
    case
        when r_score >= 4 and orders_ever = 1 then 'new'
        when r_score >= 4 and f_score >= 4 then 'champions'
        when r_score >= 4 then 'promising'
        when r_score = 3 and f_score >= 4 then 'loyal'
        when r_score = 3 and f_score = 3 then 'to_follow'
        when r_score = 3 then 'dozing'
        when f_score = 5 then 'not_to_lose'
        when f_score >= 3 then 'at_risk'
        when r_score = 2 then 'asleep'
        else 'lost'
    end as segment,
from scored
