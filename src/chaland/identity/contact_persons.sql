-- reads:  clean.records, clean.companies, identity.persons
-- writes: identity.contact_persons
-- grain:  one row per organisation and person who writes for it;  key: organisation_id, person_id
-- params: $most (integer: persons sharing a contact beyond which it tells nobody)
with known as (
    select
        persons.customer_id,
        records.is_organisation,
        nullif(trim(regexp_replace(upper(strip_accents(left(records.organisation, 150))), '[^A-Z0-9]+', ' ', 'g')), '')
            as company,
        coalesce(records.insee_code, records.postcode) as town,
        records.email_key,
        records.phone,
        companies.siren
    from clean.records
    inner join identity.persons
        on records.record_id = persons.record_id
    left join clean.companies
        on records.record_id = companies.record_id
    where not records.is_key_only
),

keys as (
    select
        customer_id,
        is_organisation,
        unnest([
            {'rank': 1, 'by': 'siren', 'key': siren},
            {'rank': 2, 'by': 'name', 'key': company || '|' || town},
            {'rank': 3, 'by': 'email', 'key': email_key},
            {'rank': 4, 'by': 'phone', 'key': phone}
        ]) as said
    from known
    where company is not null or siren is not null or email_key is not null or phone is not null
),

organisations as (
    select distinct
        said,
        customer_id as organisation_id
    from keys
    where is_organisation and said.key is not null
    -- two organisations that share a key are told apart by another one
    qualify count(distinct customer_id) over (partition by said) = 1
),

persons as (
    select
        said,
        customer_id as person_id,
        count(*) as records,
        count(*) over (partition by said) as sharers
    from keys
    where not is_organisation and said.key is not null
    group by said, customer_id
),

links as (
    select
        organisations.organisation_id,
        persons.person_id,
        organisations.said.rank as rank,
        organisations.said.by as matched_by,
        persons.records
    from organisations
    inner join persons
        on organisations.said = persons.said
    -- by its name or number an organisation may have a hundred clerks; by a contact, they share a switchboard
    where organisations.said.rank <= 2 or persons.sharers <= $most
)

select
    organisation_id,
    person_id,
    arg_min(matched_by, rank) as matched_by,
    cast(max(records) as integer) as records
from links
group by organisation_id, person_id
