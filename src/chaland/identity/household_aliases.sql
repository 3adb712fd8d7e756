-- reads:  identity.previous_household_aliases, identity.previous_persons, identity.persons, identity_retired_homes
-- writes: identity.household_aliases
-- grain:  one row per household id that no longer is one;  key: old_household_id
-- params: $as_of (date)
with in_force as (
    select distinct household_id
    from identity.persons
),

retired_now as (
    select
        old_household_id,
        household_id,
        reason
    from identity_retired_homes
),

gone_now as (
    select distinct
        previous_persons.household_id as old_household_id,
        cast(null as varchar) as household_id,
        'gone' as reason
    from identity.previous_persons
    left join in_force
        on previous_persons.household_id = in_force.household_id
    left join retired_now
        on previous_persons.household_id = retired_now.old_household_id
    where in_force.household_id is null and retired_now.old_household_id is null
),

ended_now as (
    select * from retired_now
    union all by name
    select * from gone_now
),

-- an alias follows the id it pointed to, when that one ended too
followed as (
    select
        previous_household_aliases.old_household_id,
        case
            when ended_now.old_household_id is null then previous_household_aliases.household_id
            else ended_now.household_id
        end as household_id,
        coalesce(ended_now.reason, previous_household_aliases.reason) as reason,
        case when ended_now.old_household_id is null then previous_household_aliases.since_date else $as_of end
            as since_date
    from identity.previous_household_aliases
    left join ended_now
        on previous_household_aliases.household_id = ended_now.old_household_id
    -- a household that is one again takes its old id back: it is no alias any more
    left join in_force
        on previous_household_aliases.old_household_id = in_force.household_id
    where in_force.household_id is null
)

select
    old_household_id,
    household_id,
    reason,
    since_date
from followed
union all
select
    old_household_id,
    household_id,
    reason,
    $as_of as since_date
from ended_now
