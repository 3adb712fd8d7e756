-- reads:  clean.records, identity.persons
-- writes: base.records
-- grain:  one row per source record, with the customer it was joined to;  key: record_id
select
    persons.customer_id,
    persons.household_id,
    persons.undecided_customer_id,
    persons.undecided_household_id,
    records.*,
from clean.records
inner join identity.persons on persons.record_id = records.record_id
