-- reads:  identity.persons, before the records that an increment leaves as they are come to it
-- writes: identity_named (a work table of this room)
-- grain:  one row per record named anew: who it is now
-- params: none
create or replace temp table identity_named as
select
    record_id,
    customer_id,
    household_id
from identity.persons
