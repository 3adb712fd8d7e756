-- reads:  identity_ended (identity.previous_aliases, identity.previous_persons, identity.persons, identity_retired)
-- writes: identity.aliases
-- grain:  one row per customer id that no longer is one;  key: old_customer_id
-- params: $as_of (date)
select
    old_id as old_customer_id,
    id as customer_id,
    reason,
    since_date
from identity_ended(customer_id, old_customer_id, 'identity.previous_aliases', $as_of)
