-- reads:  identity_before, identity.persons, the aliases named, identity_retired
-- writes: identity_ended (a macro of this room)
-- grain:  one row per id that no longer is one, of customers or of households by the columns given;  key: old_id
-- params: none; the day the run is for is an argument
create or replace temp macro identity_ended(id_column, old_id_column, aliases_name, as_of) as table
with before as (
    select distinct id_column as id
    from identity_before
),

-- of all the ids there are, those that may have ended or come back
in_force as (
    select distinct id_column as id
    from identity.persons
    where id_column in (select id from before)
        or id_column in (select old_id_column from query_table(aliases_name))
),

gone_now as (
    select distinct
        before.id as old_id,
        cast(null as varchar) as id,
        'gone' as reason
    from before
    left join in_force
        on before.id = in_force.id
    left join identity_retired as retired_now
        on before.id = retired_now.old_id
    where in_force.id is null and retired_now.old_id is null
),

ended_now as (
    select old_id, id, reason from identity_retired
    union all
    select old_id, id, reason from gone_now
),

ended_before as (
    select
        old_id_column as old_id,
        id_column as id,
        reason,
        since_date
    from query_table(aliases_name)
),

-- an alias follows the id it pointed to, when that one ended too
followed as (
    select
        ended_before.old_id,
        case when ended_now.old_id is null then ended_before.id else ended_now.id end as id,
        coalesce(ended_now.reason, ended_before.reason) as reason,
        case when ended_now.old_id is null then ended_before.since_date else as_of end as since_date
    from ended_before
    left join ended_now
        on ended_before.id = ended_now.old_id
    -- a customer unmerged, a household that is one again, takes its old id back: it is no alias any more
    left join in_force
        on ended_before.old_id = in_force.id
    where in_force.id is null
)

select old_id, id, reason, since_date from followed
union all
select old_id, id, reason, as_of as since_date from ended_now
