-- reads:  base.customer_attributes
-- writes: nothing (a question)
-- grain:  one row per attribute and external list that gives it to the customer
-- params: $customer_id (varchar)
select
    attribute,
    value,
    source,
    file,
    line,
    given_date,
    matched_by,
    certainty,
from base.customer_attributes
where customer_id = $customer_id
order by attribute, given_date desc nulls last, source
