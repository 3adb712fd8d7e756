-- reads:  base.customers, base.tickets
-- writes: nothing (a question)
-- grain:  one row per customer asked about whose home shop is one of the shops, or who bought in one
-- params: $customer_ids (varchar[]), $shop_keys (varchar[])
with asked as (
    select unnest($customer_ids) as customer_id
)

select customers.customer_id
from base.customers
where
    customers.customer_id in (select asked.customer_id from asked)
    and list_contains($shop_keys, customers.home_shop_key)
union
select tickets.customer_id
from base.tickets
where
    tickets.customer_id in (select asked.customer_id from asked)
    and list_contains($shop_keys, tickets.shop_key)
