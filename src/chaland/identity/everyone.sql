-- reads:  identity_asked, identity.previous_persons
-- writes: nothing; every record to be named with the ids it had
-- grain:  one row per record, in the order of record_id
-- params: none
-- undecided_*: the ids it had, or would have had without any decision
select
    records.record_id,
    records.is_key_only,
    previous_persons.customer_id,
    previous_persons.household_id,
    coalesce(previous_persons.undecided_customer_id, previous_persons.customer_id) as undecided_customer_id,
    coalesce(previous_persons.undecided_household_id, previous_persons.household_id) as undecided_household_id
from identity_asked as records
left join identity.previous_persons
    on records.record_id = previous_persons.record_id
order by records.record_id
