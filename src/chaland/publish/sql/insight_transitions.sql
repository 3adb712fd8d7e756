-- reads:  insight.path_transitions
-- writes: nothing (a question)
-- grain:  one row per pair of a level that follow one another beyond chance, the strongest first
-- params: $level, $rows
select
    item,
    label,
    next_item,
    next_label,
    customers,
    transitions,
    lift,
    median_days,
from insight.path_transitions
where level = $level and is_significant and lift > 1
order by lift desc, item, next_item
limit $rows
