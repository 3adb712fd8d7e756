-- reads:  identity_changes, identity_settled, identity.persons, identity.corrections, identity.previous_values
-- writes: identity_touched (a work table of this room)
-- grain:  one row per customer whose golden record is made anew
-- params: none
create or replace temp table identity_touched as
select customer_id
from identity_settled
union
select persons.customer_id
from identity.persons
semi join (select record_id from identity_changes where kind = 'told') as told
    on persons.record_id = told.record_id
union
select customer_id
from identity.corrections
where customer_id is not null
union
-- a correction may have been taken back
select customer_id
from identity.previous_values
where rule = 'corrected'
