-- reads:  clean.records, identity.persons
-- writes: nothing; who each record of the matcher's view is
-- grain:  one row per record that a row describes, in the order of record_id
-- params: none
select
    persons.customer_id,
    persons.household_id
from clean.records as records
inner join identity.persons as persons
    on records.record_id = persons.record_id
where not records.is_key_only
order by records.record_id
