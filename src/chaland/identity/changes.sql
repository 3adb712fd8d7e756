-- reads:  clean.records, clean.companies, identity.previous_records, identity_previous_companies
-- writes: identity_changes (a work table of this room)
-- grain:  one row per record that is not what it was
-- params: none
-- kind: new; matched (what is matched upon changed); told (only the rest did); withdrawn
-- where and how often a record was received says nothing of the person: a file delivered again changes nothing
create or replace temp table identity_changes as
with now as (
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
    from clean.records
    left join clean.companies
        on records.record_id = companies.record_id
),

before as (
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
    from identity.previous_records as records
    left join identity_previous_companies as companies
        on records.record_id = companies.record_id
)

select
    coalesce(now.record_id, before.record_id) as record_id,
    coalesce(now.is_key_only, before.is_key_only) as is_key_only,
    before.is_key_only as was_key_only,
    case
        when before.record_id is null then 'new'
        when now.record_id is null then 'withdrawn'
        when now.matched <> before.matched then 'matched'
        else 'told'
    end as kind
from now
full join before
    on now.record_id = before.record_id
where now.said is distinct from before.said or now.matched is distinct from before.matched
