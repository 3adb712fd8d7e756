-- reads:  base.surveys
-- writes: nothing (a question)
-- grain:  one row per survey answered by a customer, the latest first
-- params: $first_id, $last_id (varchar): customers, both included; $rows (integer)
select
    customer_id,
    'survey' as kind,
    survey_id as event_id,
    answered_at as happened_at,
    source,
    shop_key,
    satisfaction_1_5::varchar as status,
    comment,
    recommendation_0_10 as number,
from base.surveys
where customer_id between $first_id and $last_id
order by customer_id, answered_at desc, survey_id
limit $rows
