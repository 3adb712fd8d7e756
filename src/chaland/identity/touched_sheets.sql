-- reads:  clean.records, identity.persons, identity_touched
-- writes: identity_sheets (a work table of this room)
-- grain:  one row per record of a customer whose golden record is made anew
-- params: none
-- word: where it stands in its table
-- every record_id is something; but where those looked for pass a test, DuckDB sieves the base by them as it is read
-- the columns that no golden record shows are left where they are: the base is read whole to find a few rows
create or replace temp table identity_sheets as
with heard as (
    select persons.record_id
    from identity.persons
    semi join identity_touched
        on persons.customer_id = identity_touched.customer_id
    where persons.record_id <> ''
)

select
    records.rowid as word,
    records.* exclude (
        person_key, load_id, file, line, versions, phone_kind, phone_region, mobile_region, email_proposed, likely_sex,
        likely_sex_probability, is_reachable_by_post, is_reachable_by_phone, is_reachable_by_sms, is_reachable_by_email
    )
from clean.records
semi join heard
    on records.record_id = heard.record_id
