-- reads:  identity.customers_anew, identity.previous_customers, identity_touched
-- writes: identity_homes (a work table of this room)
-- grain:  one row per household that is made anew, or is no more
-- params: $since, $as_of (date: the last run and this one, the earlier first)
-- an age grows while nothing else changes: whoever comes of age in between changes his household
create or replace temp table identity_homes as
select household_id
from identity.customers_anew
union
select previous_customers.household_id
from identity.previous_customers
semi join identity_touched
    on previous_customers.customer_id = identity_touched.customer_id
union
select household_id
from identity.previous_customers
where birth_date > cast($since as date) - interval 18 year
    and birth_date <= cast($as_of as date) - interval 18 year
