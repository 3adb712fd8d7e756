-- reads:  identity.households_anew, identity.previous_households, identity_homes
-- writes: identity.households
-- grain:  one row per household: those made anew, and those of the last run
-- params: none
select *
from identity.households_anew
union all by name
select previous_households.*
from identity.previous_households
anti join identity_homes
    on previous_households.household_id = identity_homes.household_id
