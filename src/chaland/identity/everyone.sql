-- reads:  clean.records, identity.previous_persons
-- writes: nothing; every record with the ids it had
-- grain:  one row per record, in the order of record_id
-- params: none
select
    records.record_id,
    records.is_key_only,
    previous_persons.customer_id,
    previous_persons.household_id
from clean.records
left join identity.previous_persons
    on records.record_id = previous_persons.record_id
order by records.record_id
