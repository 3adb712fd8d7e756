-- reads:  base.cases
-- writes: nothing (a question)
-- grain:  one row per case of a customer, the latest first
-- params: $first_id, $last_id (varchar): customers, both included; $rows (integer)
select
    customer_id,
    'case' as kind,
    case_id as event_id,
    opened_at as happened_at,
    source,
    status as code,
    subject as label,
    comment,
    closed_at as until_at,
from base.cases
where customer_id between $first_id and $last_id
order by customer_id, opened_at desc, case_id
limit $rows
