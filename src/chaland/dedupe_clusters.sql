-- reads:  identity.persons, record_names
-- writes: clusters.parquet
-- grain:  one row per record;  key: record_id
-- params: none
select
    record_names.name as record_id,
    persons.customer_id as person_id,
    persons.household_id
from identity.persons
inner join record_names
    on persons.record_id = record_names.record_id
order by record_names.name
