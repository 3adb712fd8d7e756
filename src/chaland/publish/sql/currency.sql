-- reads:  base.about
-- writes: nothing (a question)
-- grain:  one row: the currency of every amount, ISO 4217
-- params: none
select currency
from base.about
