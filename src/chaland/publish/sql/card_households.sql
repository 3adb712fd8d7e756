-- reads:  base.customers
-- writes: cards.sqlite3 (households), through Python
-- grain:  one row per customer, by household: a snapshot is sorted by customer, not by household
-- params: none
select
    household_id,
    customer_id,
from base.customers
order by household_id, customer_id
