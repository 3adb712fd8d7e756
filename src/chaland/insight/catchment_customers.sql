-- reads:  base.customers
-- writes: work.catchment_customers
-- grain:  one row per person with a purchase in the window;  key: customer_id
-- params: $as_of, $since (dates)
create or replace table work.catchment_customers as
select
    customer_id,
    household_id,
    insee_code,
    home_shop_key,
    amount_12_months as amount,
from base.customers
where
    not is_organisation
    and tickets > 0
    and last_purchase_date > $since
    and first_purchase_date <= $as_of
