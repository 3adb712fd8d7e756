-- reads:  identity.customers
-- writes: identity_members (a view of this room)
-- grain:  one row per customer of a household that is made: in a whole run, all of them
-- params: none
create or replace temp view identity_members as
select *
from identity.customers
