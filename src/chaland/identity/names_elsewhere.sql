-- reads:  identity.previous_persons, identity_before, identity_names
-- writes: nothing; those of the names that a record not named now bears
-- grain:  one row per id of identity_names that is taken
-- params: none
-- each column is looked through for the few names: hardly a record is kept for the comparison that follows
with others as (
    select
        record_id,
        unnest([customer_id, household_id, undecided_customer_id, undecided_household_id]) as name
    from identity.previous_persons
    where customer_id in (select name from identity_names)
        or household_id in (select name from identity_names)
        or undecided_customer_id in (select name from identity_names)
        or undecided_household_id in (select name from identity_names)
)

select distinct others.name
from others
semi join identity_names
    on others.name = identity_names.name
anti join identity_before
    on others.record_id = identity_before.record_id
