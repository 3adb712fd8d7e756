-- reads:  identity.previous_persons, clean.records, identity_asked
-- writes: identity.persons
-- grain:  one row per record that an increment leaves as it is
-- params: none
select previous_persons.*
from identity.previous_persons
semi join clean.records
    on previous_persons.record_id = records.record_id
anti join identity_asked
    on previous_persons.record_id = identity_asked.record_id
