-- reads:  identity.previous_values, identity.persons, identity_touched
-- writes: identity.values
-- grain:  one row per customer that an increment does not touch, field and value
-- params: none
select previous_values.*
from identity.previous_values
semi join identity.persons
    on previous_values.customer_id = persons.customer_id
anti join identity_touched
    on previous_values.customer_id = identity_touched.customer_id
