-- reads:  identity.customers, identity_homes
-- writes: identity_members (a view of this room)
-- grain:  one row per customer of a household that is made anew
-- params: none
create or replace temp view identity_members as
select customers.*
from identity.customers
semi join identity_homes
    on customers.household_id = identity_homes.household_id
