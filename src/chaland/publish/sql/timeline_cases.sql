-- reads:  base.cases
-- writes: nothing (a question)
-- grain:  one row per case of a customer, the latest first
-- params: $customer_id (varchar), $rows (integer)
select
    'case' as kind,
    case_id as event_id,
    opened_at as happened_at,
    source,
    status as code,
    subject as label,
    comment,
    closed_at as until_at,
from base.cases
where customer_id = $customer_id
order by opened_at desc, case_id
limit $rows
