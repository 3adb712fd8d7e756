-- reads:  clean.records, clean.companies, identity.persons
-- writes: identity.contact_persons
-- grain:  one row per organisation and person who writes for it;  key: organisation_id, person_id
-- params: $most (integer: persons sharing a contact beyond which it tells nobody)
-- rank: 1 by company number, 2 by name and town, 3 by e-mail, 4 by phone
-- organisations are few: what they give is read first, and of persons only those who give the same; so nothing that
-- everybody gives is written down
with known as not materialized (
    select
        record_id,
        is_organisation,
        nullif(trim(regexp_replace(upper(strip_accents(left(organisation, 150))), '[^A-Z0-9]+', ' ', 'g')), '')
            || '|' || coalesce(insee_code, postcode) as company,
        email_key,
        phone
    from clean.records
    where not is_key_only
),

given as not materialized (
    select record_id, is_organisation, 2 as rank, company as key
    from known
    union all
    select record_id, is_organisation, 3 as rank, email_key as key
    from known
    union all
    select record_id, is_organisation, 4 as rank, phone as key
    from known
    union all
    select known.record_id, known.is_organisation, 1 as rank, companies.siren as key
    from known
    inner join clean.companies
        on known.record_id = companies.record_id
),

organisations as (
    select
        given.rank,
        given.key,
        any_value(persons.customer_id) as organisation_id
    from given
    inner join identity.persons
        on given.record_id = persons.record_id
    where given.is_organisation and given.key is not null
    group by given.rank, given.key
    -- two organisations that share a key are told apart by another one
    having count(distinct persons.customer_id) = 1
),

writers as (
    select
        given.rank,
        given.key,
        given.record_id,
        organisations.organisation_id
    from given
    inner join organisations
        on given.rank = organisations.rank
        and given.key = organisations.key
    where not given.is_organisation
),

links as (
    select
        writers.rank,
        writers.organisation_id,
        persons.customer_id as person_id,
        count(*) as records,
        count(*) over (partition by writers.rank, writers.key) as sharers
    from writers
    inner join identity.persons
        on writers.record_id = persons.record_id
    group by writers.rank, writers.key, writers.organisation_id, persons.customer_id
)

select
    organisation_id,
    person_id,
    case min(rank) when 1 then 'siren' when 2 then 'name' when 3 then 'email' else 'phone' end as matched_by,
    cast(max(records) as integer) as records
from links
-- by its name or number an organisation may have a hundred clerks; by a contact, they share a switchboard
where rank <= 2 or sharers <= $most
group by organisation_id, person_id
