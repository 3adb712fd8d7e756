-- reads:  identity_ended (identity.previous_household_aliases, identity.previous_persons, identity.persons,
--         identity_retired)
-- writes: identity.household_aliases
-- grain:  one row per household id that no longer is one;  key: old_household_id
-- params: $as_of (date)
select
    old_id as old_household_id,
    id as household_id,
    reason,
    since_date
from identity_ended(household_id, old_household_id, 'identity.previous_household_aliases', $as_of)
