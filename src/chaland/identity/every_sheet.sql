-- reads:  clean.records, identity.persons
-- writes: identity_sheets (a view of this room)
-- grain:  one row per record of a customer whose golden record is made: in a whole run, all of them
-- params: none
-- word: where it stands in its table
create or replace temp view identity_sheets as
select
    rowid as word,
    *
from clean.records
