-- reads:  base.tickets, base.ticket_lines, base.contacts, base.cases, base.surveys, base.projects, base.web_events,
--         base.loyalty_movements, base.shops
-- writes: nothing (a question)
-- grain:  one row per event of a customer, the latest first: ticket, return, contact, case, survey, project, visit of
--         the web site, movement on the card
--         Under every kind together, the points of a ticket stand on the ticket's row instead of a row of their own.
-- params: $customer_id (varchar), $kind (varchar, '' for all), $zone (time zone of local times), $rows, $skip (integer)
with own_tickets as (
    select * from base.tickets where customer_id = $customer_id
),

own_movements as (
    select * from base.loyalty_movements where customer_id = $customer_id
),

points as (
    select
        own_movements.ticket_key,
        sum(own_movements.points)::integer as points,
    from own_movements
    where own_movements.ticket_key is not null
    group by own_movements.ticket_key
),

sales as (
    select
        case when own_tickets.is_return then 'return' else 'ticket' end as kind,
        own_tickets.ticket_id as event_id,
        own_tickets.sold_at as happened_at,
        true as has_time,
        own_tickets.source,
        own_tickets.shop_key,
        own_tickets.channel as code,
        own_tickets.ticket_key as label,
        null::varchar as status,
        null::varchar as comment,
        own_tickets.amount,
        own_tickets.lines as number,
        points.points,
        null::timestamp as until_at,
    from own_tickets
    left join points on points.ticket_key = own_tickets.ticket_key
),

contacts as (
    select
        'contact' as kind,
        contact_id as event_id,
        contacted_at as happened_at,
        true as has_time,
        source,
        null as shop_key,
        channel || '_' || direction as code,
        reason as label,
        outcome as status,
        comment,
        null as amount,
        duration_seconds as number,
        null as points,
        null as until_at,
    from base.contacts
    where customer_id = $customer_id
),

cases as (
    select
        'case' as kind,
        case_id as event_id,
        opened_at as happened_at,
        true as has_time,
        source,
        null as shop_key,
        status as code,
        subject as label,
        null as status,
        comment,
        null as amount,
        null as number,
        null as points,
        closed_at as until_at,
    from base.cases
    where customer_id = $customer_id
),

surveys as (
    select
        'survey' as kind,
        survey_id as event_id,
        answered_at as happened_at,
        answered_at <> date_trunc('day', answered_at) as has_time,
        source,
        shop_key,
        null as code,
        null as label,
        satisfaction_1_5::varchar as status,
        comment,
        null as amount,
        recommendation_0_10 as number,
        null as points,
        null as until_at,
    from base.surveys
    where customer_id = $customer_id
),

projects as (
    select
        'project' as kind,
        project_id as event_id,
        opened_date::timestamp as happened_at,
        false as has_time,
        source,
        shop_key,
        null as code,
        project_kind as label,
        status,
        comment,
        quoted_amount as amount,
        null as number,
        null as points,
        done_date::timestamp as until_at,
    from base.projects
    where customer_id = $customer_id
),

-- a visit ends after half an hour without a page, and at midnight
local_events as (
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
),

visits as (
    select
        'web' as kind,
        min_by(event_id, (local_at, event_id)) as event_id,
        min(local_at) as happened_at,
        true as has_time,
        min(source) as source,
        null as shop_key,
        case when count(ticket_key) > 0 then 'order' else 'visit' end as code,
        string_agg(distinct department, ', ' order by department) as label,
        null as status,
        null as comment,
        null as amount,
        count(*)::integer as number,
        null as points,
        max(local_at) as until_at,
    from numbered
    group by visit
),

movements as (
    select
        'loyalty' as kind,
        own_movements.source || ':' || own_movements.file || ':' || own_movements.line as event_id,
        own_movements.moved_at as happened_at,
        own_movements.moved_at <> date_trunc('day', own_movements.moved_at) as has_time,
        own_movements.source,
        own_movements.shop_key,
        own_movements.movement as code,
        own_movements.card_number as label,
        null as status,
        null as comment,
        null as amount,
        null as number,
        own_movements.points,
        null as until_at,
    from own_movements
    left join own_tickets on own_tickets.ticket_key = own_movements.ticket_key
    where $kind = 'loyalty' or own_tickets.ticket_key is null
),

every_event as (
    select * from sales
    union all
    select * from contacts
    union all
    select * from cases
    union all
    select * from surveys
    union all
    select * from projects
    union all
    select * from visits
    union all
    select * from movements
),

page as (
    select *
    from every_event
    where $kind in ('', kind)
    order by happened_at desc, kind, event_id
    limit $rows offset $skip
),

bought as (
    select
        ticket_id,
        department,
        sum(abs(amount)) as amount,
    from base.ticket_lines
    where customer_id = $customer_id and department is not null
    group by ticket_id, department
),

departments as (
    select
        ticket_id,
        list(department order by amount desc, department) as departments,
    from bought
    group by ticket_id
)

select
    page.kind,
    page.event_id,
    page.happened_at,
    page.has_time,
    page.source,
    coalesce(shops.shop_name, page.shop_key) as shop_name,
    page.code,
    page.label,
    page.status,
    page.comment,
    page.amount,
    page.number,
    page.points,
    page.until_at,
    coalesce(departments.departments, []) as departments,
from page
left join base.shops on shops.shop_key = page.shop_key
left join departments on departments.ticket_id = page.event_id and page.kind in ('ticket', 'return')
order by page.happened_at desc, page.kind, page.event_id
