-- reads:  clean.records, identity.previous_persons, identity_asked
-- writes: identity_asked, with those who lived with its records
-- grain:  one row per record to be named again
-- params: none
-- is_here: false for a record withdrawn, which is named no more but whose household is
create or replace temp table identity_asked as
with households as (
    select distinct unnest([household_id, coalesce(undecided_household_id, household_id)]) as household_id
    from identity.previous_persons
    semi join identity_asked
        on previous_persons.record_id = identity_asked.record_id
),

-- undecided_household_id is null where nothing was decided: nearly everywhere
members as (
    select previous_persons.record_id
    from identity.previous_persons
    semi join households
        on previous_persons.household_id = households.household_id
    union
    select previous_persons.record_id
    from identity.previous_persons
    semi join households
        on previous_persons.undecided_household_id = households.household_id
    union
    select record_id
    from identity_asked
)

select
    members.record_id,
    records.is_key_only,
    records.is_organisation,
    records.record_id is not null as is_here
from members
left join clean.records
    on members.record_id = records.record_id
