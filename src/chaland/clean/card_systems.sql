-- reads:  nothing
-- writes: work.clean_card_systems
-- grain:  one row per key space whose key is a card; key: system
-- params: $card_systems (list of key spaces)
create or replace table work.clean_card_systems as
select distinct unnest(cast($card_systems as varchar[])) as system
