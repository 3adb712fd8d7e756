-- reads:  insight.abc
-- writes: insight.abc_classes
-- grain:  one row per class;  key: abc
with classes as (
    select
        abc,
        count(*) as customers,
        sum(amount) as amount,
        min(amount) as least_amount,
    from insight.abc
    group by abc
)

select
    abc,
    customers::integer as customers,
    customers / sum(customers) over ()::double as customers_ratio,
    amount::decimal(18, 4) as amount,
    coalesce(amount / nullif(sum(amount) over (), 0), 0)::double as amount_ratio,
    least_amount::decimal(18, 4) as least_amount,
from classes
