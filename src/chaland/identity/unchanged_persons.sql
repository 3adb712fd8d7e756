-- reads:  identity.previous_persons, identity_before
-- writes: identity.persons
-- grain:  one row per record that an increment leaves as it is
-- params: none
select previous_persons.*
from identity.previous_persons
anti join identity_before
    on previous_persons.record_id = identity_before.record_id
