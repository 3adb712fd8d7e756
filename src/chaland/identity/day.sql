-- reads:  clean.records, identity_changes
-- writes: nothing; the records to be matched
-- grain:  one row per record that is new, or matched upon otherwise than before
-- params: none
select records.*
from clean.records
semi join (select record_id from identity_changes where kind in ('new', 'matched')) as changed
    on records.record_id = changed.record_id
