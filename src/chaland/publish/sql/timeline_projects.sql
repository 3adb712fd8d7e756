-- reads:  base.projects
-- writes: nothing (a question)
-- grain:  one row per project of a customer, the latest first
-- params: $first_id, $last_id (varchar): customers, both included; $rows (integer)
select
    customer_id,
    'project' as kind,
    project_id as event_id,
    opened_date::timestamp as happened_at,
    source,
    shop_key,
    project_kind as label,
    status,
    comment,
    quoted_amount as amount,
    done_date::timestamp as until_at,
from base.projects
where customer_id between $first_id and $last_id
order by customer_id, opened_date desc, project_id
limit $rows
