-- reads:  clean.records, clean.companies
-- writes: nothing; the digests that a run leaves to the next, to see what changed
-- grain:  one row per record: a hash of what it is matched upon, and one of all that it says
-- params: none
-- where and how often a record was received says nothing of the person: a file delivered again changes nothing
with matched_upon as (
    select
        records.*,
        hash(
            records.is_key_only, records.is_organisation, records.organisation, records.first_name_key,
            records.last_name_key, records.birth_name_key, records.sex, records.birth_date, records.birth_year,
            records.birth_place, records.occupation, records.street_number, records.street_extension, records.street,
            records.street_key, records.postcode, records.city, records.insee_code, records.phone, records.mobile,
            records.email_key, records.card_number, records.recorded_at, companies.siren, companies.siret
        ) as matched
    from clean.records as records
    left join clean.companies as companies
        on records.record_id = companies.record_id
)

select
    record_id,
    is_key_only,
    matched,
    hash(
        matched,
        *columns(
            matched_upon.* exclude (
                record_id, load_id, file, line, versions, matched, is_key_only, is_organisation, organisation,
                first_name_key, last_name_key, birth_name_key, sex, birth_date, birth_year, birth_place, occupation,
                street_number, street_extension, street, street_key, postcode, city, insee_code, phone, mobile,
                email_key, card_number, recorded_at
            )
        )
    ) as said
from matched_upon
