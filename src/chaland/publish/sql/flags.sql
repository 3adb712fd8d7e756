-- reads:  base.customer_flags
-- writes: nothing (a question)
-- grain:  one row per line of an external list that names the customer, the latest first
-- params: $first_id, $last_id (varchar): customers, both included
select
    customer_id,
    flag,
    flag_channel,
    flag_code,
    flag_reason,
    flagged_date,
    effect,
    matched_by,
    certainty,
    source,
    file,
    line,
from base.customer_flags
where customer_id between $first_id and $last_id
order by customer_id, flagged_date desc nulls last, source, file, line
