-- reads:  base.households
-- writes: nothing (a question)
-- grain:  one row: name and totals of a household
-- params: $household_id (varchar)
select
    household_name,
    customers as household_customers,
    amount_12_months as household_amount_12_months,
from base.households
where household_id = $household_id
