-- reads:  landing.loyalty_movements, identity.persons, work.card_holders
-- writes: base.loyalty_movements
-- grain:  one row per movement on a card
-- params: $card_holders_only (boolean)
select
    persons.customer_id,
    movements.card_number,
    movements.movement,
    movements.points,
    -- the number of a ticket kept without its customer must not lead back to him
    case
        when $card_holders_only and card_holders.customer_id is null then null
        else movements.ticket_key
    end as ticket_key,
    movements.shop_key,
    movements.moved_at,
    movements.source,
    movements.load_id,
    movements.file,
    movements.line,
from landing.loyalty_movements as movements
left join identity.persons on persons.record_id = movements.system || ':' || movements.person_key
left join work.card_holders on card_holders.customer_id = persons.customer_id
