-- reads:  identity.previous_persons, identity_asked, identity_changes, identity_names
-- writes: nothing; those of the names that a record not named now bears
-- grain:  one row per id of identity_names that is taken
-- params: none
with others as (
    select
        unnest([customer_id, household_id, undecided_customer_id, undecided_household_id]) as name
    from identity.previous_persons
    anti join identity_asked
        on previous_persons.record_id = identity_asked.record_id
    anti join (select record_id from identity_changes where kind = 'withdrawn') as withdrawn
        on previous_persons.record_id = withdrawn.record_id
)

select distinct others.name
from others
semi join identity_names
    on others.name = identity_names.name
