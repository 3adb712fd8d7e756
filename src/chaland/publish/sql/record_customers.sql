-- reads:  base.records
-- writes: nothing (a question)
-- grain:  one row per record that is known: its customer
-- params: $record_ids (varchar[])
select
    record_id,
    customer_id,
from base.records
where record_id in (select unnest($record_ids))
