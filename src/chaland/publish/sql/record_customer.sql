-- reads:  base.records
-- writes: nothing (a question)
-- grain:  the customer of a record; no row when unknown
-- params: $record_id (varchar)
select customer_id
from base.records
where record_id = $record_id
