-- reads:  identity_changes, identity_named, identity_before, identity.persons, identity.corrections,
--         identity.previous_values
-- writes: identity_touched (a work table of this room)
-- grain:  one row per customer whose golden record is made anew, or who is no more
-- params: none
-- of those put together again, most are what they were: they keep the golden record of the last run
create or replace temp table identity_touched as
with moved as (
    select
        named.customer_id,
        before.customer_id as former_id
    from identity_named as named
    full join identity_before as before
        on named.record_id = before.record_id
    where named.customer_id is distinct from before.customer_id
        or named.household_id is distinct from before.household_id
)

select customer_id
from moved
where customer_id is not null
union
select former_id
from moved
where former_id is not null
union
select persons.customer_id
from identity.persons
semi join (select record_id from identity_changes where kind in ('matched', 'told')) as changed
    on persons.record_id = changed.record_id
union
select customer_id
from identity.corrections
where customer_id is not null
union
-- a correction may have been taken back
select customer_id
from identity.previous_values
where rule = 'corrected'
