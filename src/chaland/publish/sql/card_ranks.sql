-- reads:  base.customers
-- writes: search_ranks (temporary)
-- grain:  one row per customer: the number of his search card; those seen lately come first, so that a search that
--         stops early stops with them
-- params: none
create or replace temp table search_ranks as
select
    row_number() over (
        order by
            coalesce(last_purchase_date, cast(last_seen_at as date)) desc nulls last,
            amount_12_months desc,
            customer_id
    ) as card,
    customer_id,
from base.customers
