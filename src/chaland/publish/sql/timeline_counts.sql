-- reads:  base.tickets, base.contacts, base.cases, base.surveys, base.projects, base.web_events, base.loyalty_movements
-- writes: nothing (a question)
-- grain:  one row: how many events of each kind a customer has, visits counted as in timeline.sql; `every` is what the
--         timeline shows under all kinds together
-- params: $customer_id (varchar), $zone (time zone of local times)
with own_tickets as (
    select ticket_key, is_return from base.tickets where customer_id = $customer_id
),

own_movements as (
    select ticket_key from base.loyalty_movements where customer_id = $customer_id
),

local_events as (
    select
        event_id,
        timezone($zone, timezone('UTC', occurred_at)) as local_at,
    from base.web_events
    where customer_id = $customer_id
),

starts as (
    select
        coalesce(
            local_at - lag(local_at) over in_order > interval 30 minute
            or local_at::date <> (lag(local_at) over in_order)::date,
            true
        ) as is_start,
    from local_events
    window in_order as (order by local_at, event_id)
),

counts as (
    select
        (select count(*) from own_tickets where not is_return)::integer as tickets,
        (select count(*) from own_tickets where is_return)::integer as returns,
        (select count(*) from base.contacts where customer_id = $customer_id)::integer as contacts,
        (select count(*) from base.cases where customer_id = $customer_id)::integer as cases,
        (select count(*) from base.surveys where customer_id = $customer_id)::integer as surveys,
        (select count(*) from base.projects where customer_id = $customer_id)::integer as projects,
        (select count(*) from starts where is_start)::integer as visits,
        (select count(*) from own_movements)::integer as movements,
        (
            select count(*)
            from own_movements
            where ticket_key is null or ticket_key not in (select ticket_key from own_tickets)
        )::integer as movements_alone,
)

select
    tickets + returns + contacts + cases + surveys + projects + visits + movements_alone as every,
    tickets,
    returns,
    contacts,
    cases,
    surveys,
    projects,
    visits,
    movements,
from counts
