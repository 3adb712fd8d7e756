-- reads:  rows (card movements)
-- writes: lines of carte/mouvements.txt, 58 characters
-- grain:  one row per movement
-- params: none
select
    card
    || code
    || strftime(moved, '%Y%m%d%H%M%S')
    || case when points < 0 then '-' else '+' end || lpad(abs(points)::varchar, 6, '0')
    || fixed(ticket, 18)
    || fixed(shop_key, 3)
    || chr(13) || chr(10) as line
from rows
