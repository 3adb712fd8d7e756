-- reads:  base.customer_values, base.records
-- writes: nothing (a question)
-- grain:  one row per field and distinct value of a customer; the chosen one of each field first
-- params: $customer_id (varchar)
select
    customer_values.field,
    customer_values.value,
    customer_values.is_chosen,
    customer_values.rule,
    customer_values.record_id,
    customer_values.source,
    customer_values.seen_at,
    customer_values.grade,
    customer_values.reason,
    customer_values.records,
    records.file,
    records.line,
from base.customer_values
left join base.records on records.record_id = customer_values.record_id and records.customer_id = $customer_id
where customer_values.customer_id = $customer_id
order by
    customer_values.field,
    customer_values.is_chosen desc,
    customer_values.seen_at desc nulls last,
    customer_values.value
