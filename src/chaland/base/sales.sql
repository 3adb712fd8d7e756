-- reads:  landing.ticket_lines, identity.persons, work.card_holders
-- writes: work.sales
-- grain:  one row per ticket, with its customer, and whom the base may show (seen_customer_id)
-- params: $card_holders_only (boolean: base.detail = card_holders)
create or replace table work.sales as
with tickets as (
    select
        source,
        ticket_key,
        min(system) as system,
        -- a ticket has one customer; should its lines name several, the first in order, whatever the order of lines
        min(person_key) as person_key,
        min(shop_key) as shop_key,
        min(channel) as channel,
        count(*) filter (where is_product and quantity > 0) = 0 and count(*) filter (where quantity < 0) > 0 as is_return,
        count(*) as lines,
        coalesce(sum(quantity) filter (where is_product), 0) as units,
        sum(amount) as amount,
        min(sold_at) as sold_at,
    from landing.ticket_lines
    group by source, ticket_key
)

select
    tickets.source || ':' || tickets.ticket_key as ticket_id,
    tickets.ticket_key,
    tickets.source,
    persons.customer_id,
    case
        when $card_holders_only and card_holders.customer_id is null then null
        else persons.customer_id
    end as seen_customer_id,
    tickets.person_key is not null as has_person_key,
    tickets.shop_key,
    tickets.channel,
    tickets.is_return,
    tickets.lines::integer as lines,
    tickets.units::decimal(18, 3) as units,
    tickets.amount::decimal(18, 4) as amount,
    tickets.sold_at,
    tickets.sold_at::date as sold_date,
from tickets
left join identity.persons on persons.record_id = tickets.system || ':' || tickets.person_key
left join work.card_holders on card_holders.customer_id = persons.customer_id
