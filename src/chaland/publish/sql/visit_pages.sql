-- reads:  base.web_events
-- writes: nothing (a question)
-- grain:  one row per web event of one visit of a customer (named by its first event), in the order of the visit
-- params: $customer_id (varchar), $event_id (varchar), $zone (time zone of local times)
with local_events as (
    select
        *,
        timezone($zone, timezone('UTC', occurred_at)) as local_at,
    from base.web_events
    where customer_id = $customer_id
),

starts as (
    select
        *,
        coalesce(
            local_at - lag(local_at) over in_order > interval 30 minute
            or local_at::date <> (lag(local_at) over in_order)::date,
            true
        )::integer as is_start,
    from local_events
    window in_order as (order by local_at, event_id)
),

numbered as (
    select
        *,
        sum(is_start) over (order by local_at, event_id rows unbounded preceding) as visit,
    from starts
)

select
    event,
    page,
    department,
    ticket_key,
    local_at,
from numbered
where visit in (select visit from numbered where event_id = $event_id and is_start = 1)
order by local_at, event_id
