-- reads:  identity.pairs
-- writes: identity_to_judge (a view of this room)
-- grain:  one row per pair that a steward may be asked about: in a whole run, all of them
-- params: none
create or replace temp view identity_to_judge as
select
    *,
    cast(null as integer) as related
from identity.pairs
