-- reads:  identity.persons
-- writes: identity_touched (a view of this room)
-- grain:  one row per customer whose golden record is made: in a whole run, all of them
-- params: none
create or replace temp view identity_touched as
select distinct customer_id
from identity.persons
