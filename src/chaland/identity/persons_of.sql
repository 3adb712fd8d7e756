-- reads:  identity.previous_persons, identity_seeds
-- writes: nothing; the records of the customers that some records are of
-- grain:  one row per record
-- params: none
with customers as (
    select distinct previous_persons.customer_id
    from identity.previous_persons
    semi join identity_seeds
        on previous_persons.record_id = identity_seeds.record_id
)

select previous_persons.record_id
from identity.previous_persons
semi join customers
    on previous_persons.customer_id = customers.customer_id
