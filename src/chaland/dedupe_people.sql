-- reads:  identity.customers
-- writes: people.parquet
-- grain:  one row per person;  key: person_id
-- params: none
select
    customer_id as person_id,
    * exclude (customer_id)
from identity.customers
order by customer_id
