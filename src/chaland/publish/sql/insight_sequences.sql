-- reads:  insight.path_sequences
-- writes: nothing (a question)
-- grain:  one row per sequence of a level, the strongest first
-- params: $level, $rows
select
    labels,
    customers,
    customers_ratio,
    confidence,
    lift,
    median_days,
from insight.path_sequences
where level = $level
order by lift desc, customers desc, labels
limit $rows
