-- reads:  identity.households, base.customers
-- writes: base.households
-- grain:  one row per household, with its totals;  key: household_id
with totals as (
    select
        household_id,
        sum(amount_12_months) as amount_12_months,
    from base.customers
    group by household_id
)

select
    households.*,
    coalesce(totals.amount_12_months, 0)::decimal(18, 4) as amount_12_months,
from identity.households
left join totals on totals.household_id = households.household_id
