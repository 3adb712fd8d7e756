-- reads:  base.customers
-- writes: work.customer_numbers
-- grain:  one row per customer: the rank of his id, from 0
create or replace table work.customer_numbers as
select
    customer_id,
    (row_number() over (order by customer_id) - 1)::integer as customer_number,
from base.customers
