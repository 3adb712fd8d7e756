-- reads:  clean.records, identity.persons
-- writes: work.card_holders
-- grain:  one row per customer who holds a card
-- params: $card_systems (list of key spaces whose persons hold a card)
create or replace table work.card_holders as
select distinct persons.customer_id
from clean.records
inner join identity.persons on persons.record_id = records.record_id
where
    list_contains($card_systems, records.system)
    -- no source is said to be the card's: a card number is then the only sign of one
    or (len($card_systems) = 0 and records.card_number is not null)
