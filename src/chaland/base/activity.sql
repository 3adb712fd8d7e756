-- reads:  base.contacts, base.surveys, base.projects, base.web_events, base.cases, base.loyalty_movements
-- writes: work.activity
-- grain:  one row per customer who did anything but buy
create or replace table work.activity as
with acts as (
    select customer_id, 'contact' as act, 0 as points from base.contacts
    union all
    select customer_id, 'survey' as act, 0 as points from base.surveys
    union all
    select customer_id, 'project' as act, 0 as points from base.projects
    union all
    select customer_id, 'web_event' as act, 0 as points from base.web_events
    union all
    select customer_id, 'open_case' as act, 0 as points from base.cases where status <> 'closed'
    union all
    select customer_id, 'movement' as act, points from base.loyalty_movements
)

select
    customer_id,
    count(*) filter (where act = 'contact')::integer as contacts,
    count(*) filter (where act = 'survey')::integer as surveys,
    count(*) filter (where act = 'project')::integer as projects,
    count(*) filter (where act = 'web_event')::integer as web_events,
    count(*) filter (where act = 'open_case')::integer as open_cases,
    sum(points)::integer as points_balance,
from acts
where customer_id is not null
group by customer_id
