-- reads:  every landing table whose rows name a person by (system, person_key), external lists aside
-- writes: work.clean_fact_keys
-- grain:  one row per key named by a fact and described by no row of landing.people; key: system, person_key
-- params: none
create or replace table work.clean_fact_keys as
with named as (
    select system, person_key from landing.ticket_lines
    union
    select system, person_key from landing.loyalty_movements
    union
    select system, person_key from landing.contacts
    union
    select system, person_key from landing.cases
    union
    select system, person_key from landing.surveys
    union
    select system, person_key from landing.projects
    union
    select system, person_key from landing.web_events
    union
    select system, person_key from landing.operation_targets
    union
    select system, person_key from landing.redemptions
    union
    select system, person_key from landing.consents
),

sources as (
    select system, person_key, source from landing.ticket_lines
    union all
    select system, person_key, source from landing.loyalty_movements
    union all
    select system, person_key, source from landing.contacts
    union all
    select system, person_key, source from landing.cases
    union all
    select system, person_key, source from landing.surveys
    union all
    select system, person_key, source from landing.projects
    union all
    select system, person_key, source from landing.web_events
    union all
    select system, person_key, source from landing.operation_targets
    union all
    select system, person_key, source from landing.redemptions
    union all
    select system, person_key, source from landing.consents
),

unknown as (
    select
        named.system,
        named.person_key,
    from named
    left join work.clean_raw as raw
        on raw.origin = 'record' and raw.record_id = named.system || ':' || named.person_key
    where named.person_key is not null and raw.record_id is null
)

select
    unknown.system,
    unknown.person_key,
    min(sources.source) as source,
from unknown
inner join sources
    on unknown.system = sources.system and unknown.person_key = sources.person_key
group by unknown.system, unknown.person_key
