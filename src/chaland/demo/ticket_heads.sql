-- reads:  rows (tickets in till order)
-- writes: what the lines of a ticket share, up to the rank of the line
-- grain:  one row per ticket
-- params: none
select
    ticket || strftime(day, ';%d/%m/%Y ') || lpad((minute // 60)::varchar, 2, '0') || ':'
    || lpad((minute % 60)::varchar, 2, '0') || ';' || shop_key || ';' || till || ';' || coalesce(card, '') || ';' as head
from rows
