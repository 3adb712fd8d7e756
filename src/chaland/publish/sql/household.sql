-- reads:  base.customers
-- writes: nothing (a question)
-- grain:  one row per customer among those named, all of one household, the oldest first
-- params: $customer_ids (varchar[]), $household_id (varchar)
select
    customer_id,
    display_name,
    age_years,
    is_card_holder,
    last_purchase_date,
    amount_12_months,
from base.customers
where customer_id in (select unnest($customer_ids)) and household_id = $household_id
order by birth_date nulls last, display_name, customer_id
