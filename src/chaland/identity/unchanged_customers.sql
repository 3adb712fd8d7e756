-- reads:  identity.previous_customers, identity.persons, identity_touched
-- writes: identity.customers
-- grain:  one row per customer that an increment does not touch
-- params: none
select previous_customers.*
from identity.previous_customers
semi join identity.persons
    on previous_customers.customer_id = persons.customer_id
anti join identity_touched
    on previous_customers.customer_id = identity_touched.customer_id
