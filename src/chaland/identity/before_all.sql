-- reads:  identity.previous_persons
-- writes: identity_before (a view of this room)
-- grain:  one row per record of last time: in a whole run, all are named again
-- params: none
create or replace temp view identity_before as
select *
from identity.previous_persons
