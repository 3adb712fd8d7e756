-- reads:  base.ticket_lines
-- writes: nothing (a question)
-- grain:  one row per ticket of a customer: all that its lines say
-- params: $customer_id (varchar)
select
    ticket_id,
    string_agg(concat_ws(' ', product_label, product_key, department), ' ') as words,
from base.ticket_lines
where customer_id = $customer_id
group by ticket_id
