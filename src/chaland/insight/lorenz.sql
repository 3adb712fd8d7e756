-- reads:  insight.abc
-- writes: insight.lorenz
-- grain:  one row per hundredth of the customers, best first;  key: customers_percent
with size as (
    select count(*) as customers from insight.abc
),

hundredths as (
    select
        percents.percent,
        greatest(1, round(percents.percent * size.customers / 100.0))::integer as customers,
    from range(1, 101) as percents (percent)
    cross join size
    where size.customers > 0
),

cumulated as (
    select
        amount_rank,
        sum(amount) over (order by amount_rank) as amount,
        amount_ratio,
    from insight.abc
)

select
    hundredths.percent::integer as customers_percent,
    hundredths.customers,
    cumulated.amount::decimal(18, 4) as amount,
    cumulated.amount_ratio,
from hundredths
inner join cumulated on cumulated.amount_rank = hundredths.customers
