-- reads:  rows (ticket lines in till order)
-- writes: lines of tickets/tickets_*.csv
-- grain:  one row per ticket line
-- params: none
select
    ticket || ';' || strftime(day, '%d/%m/%Y ') || lpad((minute // 60)::varchar, 2, '0') || ':'
    || lpad((minute % 60)::varchar, 2, '0') || ';' || shop_key || ';' || till || ';' || coalesce(card, '') || ';' || rank
    || ';' || product_key || ';' || product_label || ';' || department || ';' || units || ';' || euros(price) || ';'
    || case when discount = 0 then '' else euros(discount) end || ';' || euros(amount) || chr(10) as line
from rows
