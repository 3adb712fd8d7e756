-- reads:  identity.values_anew, identity.previous_values, identity_touched
-- writes: identity.values
-- grain:  one row per customer, field and distinct value: those made anew, and those of the last run
-- params: none
select *
from identity.values_anew
union all by name
select previous_values.*
from identity.previous_values
anti join identity_touched
    on previous_values.customer_id = identity_touched.customer_id
