-- reads:  clean.records, identity_changes
-- writes: nothing; the records to be matched
-- grain:  one row per record that is new, or matched upon otherwise than before
-- params: none
-- the columns that records.sql reads: the others are as many again, and the base is read whole to find a few
select
    records.record_id,
    records.is_key_only,
    records.is_organisation,
    records.organisation,
    records.first_name_key,
    records.last_name_key,
    records.birth_name_key,
    records.sex,
    records.birth_date,
    records.birth_year,
    records.birth_place,
    records.occupation,
    records.street_number,
    records.street_extension,
    records.street,
    records.street_key,
    records.postcode,
    records.city,
    records.insee_code,
    records.phone,
    records.mobile,
    records.email_key,
    records.card_number,
    records.recorded_at
from clean.records
semi join (select record_id from identity_changes where kind in ('new', 'matched')) as changed
    on records.record_id = changed.record_id
