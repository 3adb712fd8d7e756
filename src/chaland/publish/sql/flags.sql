-- reads:  base.customer_flags
-- writes: nothing (a question)
-- grain:  one row per line of an external list that names the customer, the latest first
-- params: $customer_id (varchar)
select
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
where customer_id = $customer_id
order by flagged_date desc nulls last, source, file, line
