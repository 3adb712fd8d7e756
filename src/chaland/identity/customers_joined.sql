-- reads:  identity.customers_anew, identity.previous_customers, identity_touched
-- writes: identity.customers
-- grain:  one row per customer: those made anew, and those of the last run
-- params: none
select *
from identity.customers_anew
union all by name
select previous_customers.*
from identity.previous_customers
anti join identity_touched
    on previous_customers.customer_id = identity_touched.customer_id
