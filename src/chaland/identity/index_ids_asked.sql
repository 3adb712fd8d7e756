-- reads:  identity.persons, identity_asked
-- writes: nothing; who each record put together again is
-- grain:  one row per record of identity_asked that a row describes, in the order of record_id
-- params: none
select
    persons.customer_id,
    persons.household_id
from identity_asked
inner join identity.persons
    on identity_asked.record_id = persons.record_id
where not identity_asked.is_key_only
order by identity_asked.record_id
