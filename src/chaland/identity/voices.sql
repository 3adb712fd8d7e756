-- reads:  clean.records, clean.corrections, identity.persons, identity.corrections, identity_touched
-- writes: identity_voices (a view of this room)
-- grain:  one row per record that a row describes and per correction: what each says of its customer
-- params: none
create or replace temp view identity_voices as
select
    persons.customer_id,
    persons.household_id,
    false as is_correction,
    records.*
from clean.records
inner join identity.persons
    on records.record_id = persons.record_id
semi join identity_touched
    on persons.customer_id = identity_touched.customer_id
union all by name
select
    links.customer_id,
    true as is_correction,
    corrections.corrected_at as recorded_at,
    false as is_key_only,
    corrections.* exclude (subject, corrected_at, corrected_by, correction_reason)
from clean.corrections
inner join identity.corrections as links
    on corrections.record_id = links.record_id
where links.customer_id is not null
