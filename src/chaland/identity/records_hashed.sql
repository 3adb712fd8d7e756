-- reads:  the records and companies named: those of clean.*, or those of the last run
-- writes: identity_hashed (a macro of this room)
-- grain:  one row per record: a hash of all that it says, and one of what it is matched upon
-- params: none
-- where and how often a record was received says nothing of the person: a file delivered again changes nothing
create or replace temp macro identity_hashed(records_name, companies_name) as table
select
    records.record_id,
    records.is_key_only,
    hash(*columns(records.* exclude (record_id, load_id, file, line, versions))) as said,
    hash(
        records.is_key_only, records.is_organisation, records.organisation, records.first_name_key,
        records.last_name_key, records.birth_name_key, records.sex, records.birth_date, records.street_number,
        records.street_extension, records.street, records.street_key, records.postcode, records.city,
        records.insee_code, records.phone, records.mobile, records.email_key, records.card_number,
        records.recorded_at, companies.siren, companies.siret
    ) as matched
from query_table(records_name) as records
left join query_table(companies_name) as companies
    on records.record_id = companies.record_id
