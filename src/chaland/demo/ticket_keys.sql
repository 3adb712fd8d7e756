-- reads:  rows (tickets in till order)
-- writes: number of each ticket
-- grain:  one row per ticket
-- params: none
select
    shop_key || '-' || lpad(till::varchar, 2, '0') || '-' || strftime(day, '%y%m%d') || '-'
    || lpad(rank::varchar, 4, '0') as ticket
from rows
