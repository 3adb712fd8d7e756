-- reads:  clean.records, identity.persons
-- writes: identity.values
-- grain:  one row per customer, field and distinct value;  key: customer_id, field, value
-- params: none
with known as (
    select
        persons.customer_id,
        records.*
    from clean.records
    inner join identity.persons
        on records.record_id = persons.record_id
    where not records.is_key_only
),

-- completeness: 0 when the value lacks a part that its field needs
named as (
    select
        customer_id,
        'name' as field,
        nullif(concat_ws(' ', first_name, last_name), '') as value,
        name_grade as grade,
        name_reason as reason,
        (length(first_name_key) > 1 and last_name is not null) as is_complete,
        record_id,
        source,
        recorded_at
    from known
    where not is_organisation
),

companies as (
    select
        customer_id,
        'organisation' as field,
        organisation as value,
        name_grade as grade,
        name_reason as reason,
        true as is_complete,
        record_id,
        source,
        recorded_at
    from known
),

sexes as (
    select
        customer_id,
        'sex' as field,
        sex as value,
        name_grade as grade,
        name_reason as reason,
        true as is_complete,
        record_id,
        source,
        recorded_at
    from known
),

births as (
    select
        customer_id,
        'birth_date' as field,
        cast(birth_date as varchar) as value,
        birth_date_grade as grade,
        birth_date_reason as reason,
        true as is_complete,
        record_id,
        source,
        recorded_at
    from known
),

addresses as (
    select
        customer_id,
        'address' as field,
        nullif(
            coalesce(
                nullif(
                    concat_ws(', ', address_line_2, address_line_3, address_line_4, address_line_5, address_line_6), ''
                ),
                concat_ws(' ', street_number, street_extension, street, postcode, city)
            ),
            ''
        ) as value,
        address_grade as grade,
        address_reason as reason,
        (street is not null or place is not null) and (postcode is not null or city is not null) as is_complete,
        record_id,
        source,
        recorded_at
    from known
),

phones as (
    select
        customer_id,
        'phone' as field,
        phone as value,
        phone_grade as grade,
        phone_reason as reason,
        true as is_complete,
        record_id,
        source,
        recorded_at
    from known
),

mobiles as (
    select
        customer_id,
        'mobile' as field,
        mobile as value,
        mobile_grade as grade,
        mobile_reason as reason,
        true as is_complete,
        record_id,
        source,
        recorded_at
    from known
),

emails as (
    select
        customer_id,
        'email' as field,
        email as value,
        email_grade as grade,
        email_reason as reason,
        true as is_complete,
        record_id,
        source,
        recorded_at
    from known
),

cards as (
    select
        customer_id,
        'card_number' as field,
        card_number as value,
        cast(null as varchar) as grade,
        cast(null as varchar) as reason,
        true as is_complete,
        record_id,
        source,
        recorded_at
    from known
),

every_value as (
    select * from named
    union all
    select * from companies
    union all
    select * from sexes
    union all
    select * from births
    union all
    select * from addresses
    union all
    select * from phones
    union all
    select * from mobiles
    union all
    select * from emails
    union all
    select * from cards
),

judged as (
    select
        *,
        case when grade in ('A', 'B') then 1 when grade = 'C' then 2 when grade is null then 1 else 3 end
        + case when is_complete then 0 else 2 end as doubt
    from every_value
    where value is not null
),

-- within one value, the record that says it best speaks for it
spoken as (
    select
        *,
        row_number() over (
            partition by customer_id, field, value
            order by doubt, recorded_at desc nulls last, record_id
        ) as turn,
        count(*) over (partition by customer_id, field, value) as records,
        max(recorded_at) over (partition by customer_id, field, value) as seen_at
    from judged
),

ranked as (
    select
        *,
        row_number() over survivors as place,
        lead(doubt) over survivors as next_doubt,
        lead(seen_at) over survivors as next_seen_at,
        lead(records) over survivors as next_records,
        first_value(doubt) over survivors as best_doubt,
        first_value(seen_at) over survivors as best_seen_at,
        first_value(records) over survivors as best_records,
        count(*) over (partition by customer_id, field) as alternatives
    from spoken
    where turn = 1
    window survivors as (
        partition by customer_id, field
        order by doubt, seen_at desc nulls last, records desc, length(value) desc, value
    )
)

select
    customer_id,
    field,
    value,
    place = 1 as is_chosen,
    case
        when place = 1 and alternatives = 1 then 'verified'
        when place = 1 and doubt <> next_doubt then 'verified'
        when place = 1 and seen_at is distinct from next_seen_at then 'most_recent'
        when place = 1 and records <> next_records then 'most_frequent'
        when place = 1 then 'most_complete'
        when doubt <> best_doubt then 'verified'
        when seen_at is distinct from best_seen_at then 'most_recent'
        when records <> best_records then 'most_frequent'
        else 'most_complete'
    end as rule,
    record_id,
    source,
    seen_at,
    grade,
    reason,
    cast(records as integer) as records
from ranked
