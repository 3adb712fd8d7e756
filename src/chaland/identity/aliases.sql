-- reads:  identity.previous_aliases, identity.previous_persons, identity.persons, identity_retired
-- writes: identity.aliases
-- grain:  one row per customer id that no longer is one;  key: old_customer_id
-- params: $as_of (date)
with in_force as (
    select distinct customer_id
    from identity.persons
),

retired_now as (
    select
        old_customer_id,
        customer_id,
        reason
    from identity_retired
),

gone_now as (
    select distinct
        previous_persons.customer_id as old_customer_id,
        cast(null as varchar) as customer_id,
        'gone' as reason
    from identity.previous_persons
    left join in_force
        on previous_persons.customer_id = in_force.customer_id
    left join retired_now
        on previous_persons.customer_id = retired_now.old_customer_id
    where in_force.customer_id is null and retired_now.old_customer_id is null
),

ended_now as (
    select * from retired_now
    union all by name
    select * from gone_now
),

-- an alias follows the id it pointed to, when that one ended too
followed as (
    select
        previous_aliases.old_customer_id,
        case when ended_now.old_customer_id is null then previous_aliases.customer_id else ended_now.customer_id end
            as customer_id,
        coalesce(ended_now.reason, previous_aliases.reason) as reason,
        case when ended_now.old_customer_id is null then previous_aliases.since_date else $as_of end as since_date
    from identity.previous_aliases
    left join ended_now
        on previous_aliases.customer_id = ended_now.old_customer_id
    -- an unmerged customer takes his old id back: it is no alias any more
    left join in_force
        on previous_aliases.old_customer_id = in_force.customer_id
    where in_force.customer_id is null
)

select
    old_customer_id,
    customer_id,
    reason,
    since_date
from followed
union all
select
    old_customer_id,
    customer_id,
    reason,
    $as_of as since_date
from ended_now
