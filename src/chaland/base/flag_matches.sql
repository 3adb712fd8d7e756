-- reads:  work.flag_lines, clean.records, identity.persons, the reference of first names and surnames
-- writes: work.flag_matches
-- grain:  one row per customer and line of an external list that names him, by the surest means: the list's own key, e-mail
--         or its hash, telephone or its hash, name and birth date, name and address
-- params: $first_names, $last_names (paths of chaland.reference)
create or replace table work.flag_matches as
with flags as (
    select * from work.flag_lines
),

flag_numbers as (
    select *, phone as number from flags where phone is not null
    union all
    select *, mobile as number from flags where mobile is not null
),

records as (
    select
        persons.customer_id,
        coalesce(records.last_name_key, upper(records.organisation)) as name_key,
        records.birth_name_key,
        records.first_name_key,
        records.birth_date,
        records.sex,
        records.email,
        records.email_key,
        records.phone,
        records.mobile,
        records.postcode,
        records.street_key,
        records.street_number,
    from clean.records
    inner join identity.persons on persons.record_id = records.record_id
),

record_numbers as (
    select *, phone as number from records where phone is not null
    union all
    select *, mobile as number from records where mobile is not null
),

record_names as (
    select *, name_key as either_name from records where birth_date is not null and name_key is not null
    union all
    select *, birth_name_key as either_name from records
    where birth_date is not null and birth_name_key is distinct from name_key
),

-- hashes are computed only when a list holds some
email_writings as (
    select distinct customer_id, name_key, birth_name_key, first_name_key, unnest([lower(email), email_key]) as writing
    from records
    where email is not null and (select count(email_digest) from flags) > 0
),

number_writings as (
    select distinct
        customer_id,
        name_key,
        birth_name_key,
        first_name_key,
        unnest([
            number,
            substring(number, 2),
            '00' || substring(number, 2),
            case when regexp_matches(number, '^\+(33|262|590|594|596)[0-9]{9}$') then '0' || right(number, 9) end
        ]) as writing,
    from record_numbers
    where (select count(phone_digest) from flags) > 0
),

email_digests as (
    select *, unnest([sha256(writing), md5(writing)]) as digest from email_writings where writing is not null
),

number_digests as (
    select *, unnest([sha256(writing), md5(writing)]) as digest from number_writings where writing is not null
),

by_key as (
    select flags.source, flags.load_id, flags.file, flags.line, persons.customer_id, 1 as rank, 'certain' as certainty
    from flags
    inner join identity.persons on persons.record_id = flags.system || ':' || flags.person_key
),

shared as (
    select flags.*, records.customer_id, records.name_key as own_name, records.birth_name_key as own_birth_name,
        records.first_name_key as own_first_name, 2 as rank,
    from flags
    inner join records on records.email_key = flags.email_key
    union all by name
    select flags.*, digests.customer_id, digests.name_key as own_name, digests.birth_name_key as own_birth_name,
        digests.first_name_key as own_first_name, 3 as rank,
    from flags
    inner join email_digests as digests on digests.digest = flags.email_digest
    union all by name
    select flags.* exclude (number), records.customer_id, records.name_key as own_name,
        records.birth_name_key as own_birth_name, records.first_name_key as own_first_name, 4 as rank,
    from flag_numbers as flags
    inner join record_numbers as records on records.number = flags.number
    union all by name
    select flags.*, digests.customer_id, digests.name_key as own_name, digests.birth_name_key as own_birth_name,
        digests.first_name_key as own_first_name, 5 as rank,
    from flags
    inner join number_digests as digests on digests.digest = flags.phone_digest
),

-- a list of addresses or numbers speaks of whoever has them; one of persons, of the one who also has the name
by_contact as (
    select
        source,
        load_id,
        file,
        line,
        customer_id,
        rank,
        case when is_description and not is_named then 'likely' else 'certain' end as certainty,
    from (
        select
            *,
            coalesce(name_key in (own_name, own_birth_name) and first_name_key = own_first_name, false) as is_named,
            name_key is null and first_name_key is null as is_nameless,
        from shared
    )
    where case
        when is_personal then is_named
        when is_description then is_named or is_nameless
        else true
    end
),

-- registers of deaths give every first name: ours must be the first of them
by_name_birth_date as (
    select
        flags.source,
        flags.load_id,
        flags.file,
        flags.line,
        records.customer_id,
        6 as rank,
        flags.birth_date,
        flags.name_key,
        records.first_name_key,
        coalesce(flags.sex, records.sex) as sex,
        coalesce(flags.postcode = records.postcode, false) as is_near,
        flags.is_personal,
    from flags
    inner join record_names as records
        on records.either_name = flags.name_key and records.birth_date = flags.birth_date
    where
        starts_with(flags.first_name_key || ' ', records.first_name_key || ' ')
        and (flags.sex = records.sex or flags.sex is null or records.sex is null)
),

surnames as (
    select upper(strip_accents(name)) as name_key, max(percent) / 100 as share
    from read_parquet($last_names)
    group by all
),

births as (
    select upper(replace(strip_accents(name), '-', ' ')) as first_name_key, sex, born_from_year, sum(births) as births
    from read_parquet($first_names)
    group by all
),

-- how many others were born that day under that name: births of the first name over five years, by day, times the
-- surname's share; a surname that the reference lacks is rarer than all it holds
homonyms as (
    select
        matched.source,
        matched.load_id,
        matched.file,
        matched.line,
        matched.customer_id,
        matched.rank,
        case
            when not matched.is_personal or matched.is_near then 'likely'
            when
                count(distinct matched.customer_id) over (
                    partition by matched.source, matched.load_id, matched.file, matched.line
                ) > 1 then 'doubtful'
            when coalesce(births.births, 0) / 1826.25 * coalesce(surnames.share, 0) > 0.05 then 'doubtful'
            else 'likely'
        end as certainty,
    from (select distinct * from by_name_birth_date) as matched
    left join surnames on surnames.name_key = matched.name_key
    left join births
        on
            births.first_name_key = matched.first_name_key
            and births.sex = matched.sex
            and births.born_from_year = year(matched.birth_date) - year(matched.birth_date) % 5
),

by_name_address as (
    select
        flags.source,
        flags.load_id,
        flags.file,
        flags.line,
        records.customer_id,
        7 as rank,
        case
            when flags.first_name_key is null then 'likely'
            when flags.birth_date = records.birth_date then 'certain'
            else 'likely'
        end as certainty,
    from flags
    inner join records
        on
            records.postcode = flags.postcode
            and records.street_key = flags.street_key
            and records.street_number is not distinct from flags.street_number
    where
        flags.name_key in (records.name_key, records.birth_name_key)
        and (
            flags.first_name_key = records.first_name_key
            or (flags.first_name_key is null and not flags.is_personal)
        )
        -- father and son of one name under one roof
        and (flags.birth_date = records.birth_date or flags.birth_date is null or records.birth_date is null)
),

matches as (
    select * from by_key
    union all
    select * from by_contact
    union all
    select * from homonyms
    union all
    select * from by_name_address
),

surest as (
    select *
    from matches
    qualify row_number() over (
        partition by customer_id, source, file, line
        order by load_id desc, certainty = 'doubtful', rank, certainty
    ) = 1
)

select
    surest.customer_id,
    ['key', 'email', 'email_hash', 'phone', 'phone_hash', 'name_birth_date', 'name_address'][surest.rank] as matched_by,
    surest.certainty,
    flags.*,
    coalesce(flags.phone, flags.mobile) as number_1,
    flags.mobile as number_2,
from surest
inner join flags
    on
        flags.source = surest.source
        and flags.load_id = surest.load_id
        and flags.file = surest.file
        and flags.line = surest.line
