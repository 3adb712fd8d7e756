-- reads:  identity_changes, identity_asked, identity_before, identity.persons, identity.corrections,
--         identity.previous_values
-- writes: identity_touched (a work table of this room)
-- grain:  one row per customer whose golden record is made anew, or who is no more
-- params: none
-- of those put together again, most are what they were: they keep the golden record of the last run
create or replace temp table identity_touched as
with now as (
    select
        persons.record_id,
        persons.customer_id,
        persons.household_id
    from identity.persons
    semi join identity_asked
        on persons.record_id = identity_asked.record_id
),

moved as (
    select
        now.customer_id,
        before.customer_id as former_id
    from now
    full join identity_before as before
        on now.record_id = before.record_id
    where now.customer_id is distinct from before.customer_id or now.household_id is distinct from before.household_id
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
