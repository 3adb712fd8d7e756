-- reads:  identity_asked, identity_before
-- writes: nothing; every record to be named with the ids it had
-- grain:  one row per record, in the order of record_id
-- params: none
-- undecided_*: the ids it had, or would have had without any decision
select
    records.record_id,
    records.is_key_only,
    before.customer_id,
    before.household_id,
    coalesce(before.undecided_customer_id, before.customer_id) as undecided_customer_id,
    coalesce(before.undecided_household_id, before.household_id) as undecided_household_id
from identity_asked as records
left join identity_before as before
    on records.record_id = before.record_id
order by records.record_id
