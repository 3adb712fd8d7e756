-- reads:  identity.previous_persons, identity_before, identity_names
-- writes: nothing; those of the names that a record not named now bears
-- grain:  one row per id of identity_names that is taken
-- params: $letter (varchar: C where they are of customers, H of households)
-- the other letter's columns are not read
with others as (
    select
        record_id,
        customer_id as name
    from identity.previous_persons
    where $letter = 'C' and customer_id in (select name from identity_names)
    union all
    select
        record_id,
        undecided_customer_id as name
    from identity.previous_persons
    where $letter = 'C' and undecided_customer_id in (select name from identity_names)
    union all
    select
        record_id,
        household_id as name
    from identity.previous_persons
    where $letter = 'H' and household_id in (select name from identity_names)
    union all
    select
        record_id,
        undecided_household_id as name
    from identity.previous_persons
    where $letter = 'H' and undecided_household_id in (select name from identity_names)
)

select distinct others.name
from others
anti join identity_before
    on others.record_id = identity_before.record_id
