-- reads:  base.customers, base.households, base.cases
-- writes: nothing (a question)
-- grain:  one row: what hangs on a customer
-- params: $customer_id (varchar)
select
    customers.customer_id,
    customers.display_name,
    customers.records,
    customers.tickets,
    customers.amount_total,
    customers.points_balance,
    customers.contacts,
    customers.projects,
    customers.surveys,
    customers.open_cases,
    customers.last_purchase_date,
    households.customers as household_customers,
from base.customers
left join base.households on households.household_id = customers.household_id
where customers.customer_id = $customer_id
