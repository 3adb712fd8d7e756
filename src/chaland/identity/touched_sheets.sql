-- reads:  clean.records, identity.persons, identity_touched
-- writes: identity_sheets (a work table of this room)
-- grain:  one row per record of a customer whose golden record is made anew
-- params: none
-- word: where it stands in its table
create or replace temp table identity_sheets as
with heard as (
    select persons.record_id
    from identity.persons
    semi join identity_touched
        on persons.customer_id = identity_touched.customer_id
)

select
    records.rowid as word,
    records.*
from clean.records
semi join heard
    on records.record_id = heard.record_id
