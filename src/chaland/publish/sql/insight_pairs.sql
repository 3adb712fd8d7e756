-- reads:  insight.basket_pairs
-- writes: nothing (a question)
-- grain:  one row per pair of a level that chance does not explain, the strongest first
-- params: $scope, $scope_key, $level, $text (small letters without accents that either label holds; '' for all),
--         $order (lift or tickets), $rows
select
    item,
    label,
    other_item,
    other_label,
    item_tickets,
    other_tickets,
    both_tickets,
    support,
    lift,
    leverage,
    p_adjusted,
    is_significant,
from insight.basket_pairs
where
    scope = $scope
    and scope_key = $scope_key
    and level = $level
    and is_significant
    and ($text = '' or contains(lower(strip_accents(label || ' ' || other_label)), $text))
order by case when $order = 'tickets' then both_tickets else lift end desc, both_tickets desc, item, other_item
limit $rows
