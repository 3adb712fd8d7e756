-- reads:  identity_changes
-- writes: nothing; the records that the index holds and that are no longer what it says
-- grain:  one row per record
-- params: none
select record_id
from identity_changes
where kind in ('matched', 'withdrawn')
