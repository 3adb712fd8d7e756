-- reads:  identity.previous_persons, identity_asked
-- writes: identity_before (a work table of this room)
-- grain:  one row per record of last time that is to be named again, or was withdrawn: who it was
-- params: none
create or replace temp table identity_before as
select previous_persons.*
from identity.previous_persons
semi join identity_asked
    on previous_persons.record_id = identity_asked.record_id
