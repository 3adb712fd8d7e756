-- reads:  base.tickets
-- writes: nothing (a question)
-- grain:  one row per ticket number of a customer
-- params: $customer_id (varchar)
select distinct ticket_key
from base.tickets
where customer_id = $customer_id
