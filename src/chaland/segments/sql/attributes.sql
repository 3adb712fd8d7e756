-- reads:  base.customer_attributes, work.customer_numbers
-- writes: segments.attributes
-- grain:  one row per customer, attribute and external list that gives it
select
    customer_attributes.attribute,
    customer_attributes.value,
    customer_numbers.customer_number,
from base.customer_attributes
inner join work.customer_numbers on customer_numbers.customer_id = customer_attributes.customer_id
