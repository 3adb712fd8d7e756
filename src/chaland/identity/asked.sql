-- reads:  clean.records
-- writes: identity_asked (a view of this room)
-- grain:  one row per record to be named: in a whole run, all of them
-- params: none
create or replace temp view identity_asked as
select
    record_id,
    is_key_only,
    is_organisation
from clean.records
