-- reads:  landing.web_events, identity.persons, work.card_holders
-- writes: base.web_events
-- grain:  one row per event, sent twice or once (Segment's messageId);  key: event_id
-- params: $card_holders_only (boolean)
with latest as (
    select *
    from landing.web_events
    qualify row_number() over (partition by source, event_key order by load_id desc, file desc, line desc) = 1
)

select
    latest.source || ':' || latest.event_key as event_id,
    persons.customer_id,
    latest.source,
    latest.event,
    latest.page,
    latest.product_key,
    latest.department,
    -- the number of an order kept without its customer must not lead back to him
    case
        when $card_holders_only and card_holders.customer_id is null then null
        else latest.ticket_key
    end as ticket_key,
    latest.occurred_at,
from latest
left join identity.persons on persons.record_id = latest.system || ':' || latest.person_key
left join work.card_holders on card_holders.customer_id = persons.customer_id
