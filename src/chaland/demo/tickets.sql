-- reads:  rows (ticket lines in till order; head and product are written once per ticket and product)
-- writes: lines of tickets/tickets_*.csv
-- grain:  one row per ticket line
-- params: none
select
    head || rank || product || units || price
    || case when discount = 0 then '' else euros(discount) end || ';' || euros(amount) || chr(10) as line
from rows
