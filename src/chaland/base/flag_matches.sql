-- reads:  clean.flags, clean.records, identity.persons
-- writes: work.flag_matches
-- grain:  one row per customer and line of an external list that names him, by the surest means
--         (the list's own key, then e-mail, telephone, name and address)
create or replace table work.flag_matches as
with flags as (
    select
        *,
        coalesce(last_name_key, upper(organisation)) as name_key,
        -- death and debts are one person's: a home's shared e-mail or telephone is not enough to say whose
        flag in ('deceased', 'bad_payer') as is_personal,
    from clean.flags
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

by_key as (
    select flags.source, flags.load_id, flags.file, flags.line, persons.customer_id, 1 as rank
    from flags
    inner join identity.persons on persons.record_id = flags.system || ':' || flags.person_key
),

by_email as (
    select flags.source, flags.load_id, flags.file, flags.line, records.customer_id, 2 as rank
    from flags
    inner join records on records.email_key = flags.email_key
    where
        not flags.is_personal
        or (flags.name_key in (records.name_key, records.birth_name_key) and flags.first_name_key = records.first_name_key)
),

by_phone as (
    select flags.source, flags.load_id, flags.file, flags.line, records.customer_id, 3 as rank
    from flag_numbers as flags
    inner join record_numbers as records on records.number = flags.number
    where
        not flags.is_personal
        or (flags.name_key in (records.name_key, records.birth_name_key) and flags.first_name_key = records.first_name_key)
),

by_name_address as (
    select flags.source, flags.load_id, flags.file, flags.line, records.customer_id, 4 as rank
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
    select * from by_email
    union all
    select * from by_phone
    union all
    select * from by_name_address
),

surest as (
    select *
    from matches
    qualify row_number() over (partition by customer_id, source, file, line order by load_id desc, rank) = 1
)

select
    surest.customer_id,
    flags.flag,
    -- a returned letter is post unless the list says otherwise
    case when flags.flag = 'returned_mail' then coalesce(flags.flag_channel, 'post') else flags.flag_channel end as flag_channel,
    flags.flag_code,
    flags.flagged_date,
    case surest.rank when 1 then 'key' when 2 then 'email' when 3 then 'phone' else 'name_address' end as matched_by,
    flags.source,
    flags.file,
    flags.line,
    flags.postcode,
    flags.street_key,
    flags.street_number,
    flags.email_key,
    coalesce(flags.phone, flags.mobile) as number_1,
    flags.mobile as number_2,
from surest
inner join flags
    on
        flags.source = surest.source
        and flags.load_id = surest.load_id
        and flags.file = surest.file
        and flags.line = surest.line
