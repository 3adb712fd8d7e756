-- reads:  insight.basket_rules
-- writes: nothing (a question)
-- grain:  one row per rule of a level that chance does not explain, the strongest first
-- params: $scope, $scope_key, $level, $text (small letters without accents that either label holds; '' for all),
--         $order (lift, tickets or confidence), $rows
select
    antecedent_label,
    consequent_label,
    antecedent_tickets,
    consequent_tickets,
    both_tickets,
    support,
    confidence,
    lift,
    leverage,
    conviction,
    p_adjusted,
    is_significant,
from insight.basket_rules
where
    scope = $scope
    and scope_key = $scope_key
    and level = $level
    and is_significant
    and ($text = '' or contains(lower(strip_accents(antecedent_label || ' ' || consequent_label)), $text))
order by
    case $order when 'tickets' then both_tickets when 'confidence' then confidence else lift end desc,
    both_tickets desc,
    antecedent_label,
    consequent_label
limit $rows
