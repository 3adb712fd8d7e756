-- reads:  clean.records, identity.persons
-- writes: identity.values
-- grain:  one row per customer, field and distinct value;  key: customer_id, field, value
-- params: none
-- is_complete: false when the value lacks a part that its field needs
with said as (
    select
        persons.customer_id,
        records.record_id,
        records.source,
        records.recorded_at,
        unnest([
            {
                'field': 'name',
                'value': case when not is_organisation then nullif(concat_ws(' ', first_name, last_name), '') end,
                'grade': name_grade,
                'reason': name_reason,
                'is_complete': coalesce(length(first_name_key) > 1 and last_name is not null, false)
            },
            {
                'field': 'organisation',
                'value': organisation,
                'grade': name_grade,
                'reason': name_reason,
                'is_complete': true
            },
            {'field': 'sex', 'value': sex, 'grade': name_grade, 'reason': name_reason, 'is_complete': true},
            {
                'field': 'birth_date',
                'value': cast(birth_date as varchar),
                'grade': birth_date_grade,
                'reason': birth_date_reason,
                'is_complete': true
            },
            {
                'field': 'address',
                'value': coalesce(
                    nullif(
                        concat_ws(', ', address_line_2, address_line_3, address_line_4, address_line_5, address_line_6),
                        ''
                    ),
                    nullif(concat_ws(' ', street_number, street_extension, street, postcode, city), '')
                ),
                'grade': address_grade,
                'reason': address_reason,
                'is_complete': coalesce(street, place) is not null and coalesce(postcode, city) is not null
            },
            {'field': 'phone', 'value': phone, 'grade': phone_grade, 'reason': phone_reason, 'is_complete': true},
            {'field': 'mobile', 'value': mobile, 'grade': mobile_grade, 'reason': mobile_reason, 'is_complete': true},
            {'field': 'email', 'value': email, 'grade': email_grade, 'reason': email_reason, 'is_complete': true},
            {'field': 'card_number', 'value': card_number, 'grade': null, 'reason': null, 'is_complete': true}
        ]) as part
    from clean.records
    inner join identity.persons
        on records.record_id = persons.record_id
    where not records.is_key_only
),

judged as (
    select
        customer_id,
        part.field as field,
        part.value as value,
        recorded_at,
        {
            'doubt': case when part.grade = 'C' then 2 when part.grade in ('D', 'E') then 3 else 1 end
            + case when part.is_complete then 0 else 2 end,
            'age': coalesce(-epoch_us(recorded_at), 9223372036854775807),
            'record_id': record_id,
            'source': source,
            'grade': part.grade,
            'reason': part.reason
        } as voice
    from said
    where part.value is not null
),

-- within one value, the record that says it best speaks for it
spoken as (
    select
        customer_id,
        field,
        value,
        count(*) as records,
        max(recorded_at) as seen_at,
        min(voice) as voice
    from judged
    group by customer_id, field, value
),

ranked as (
    select
        customer_id,
        field,
        value,
        records,
        seen_at,
        voice,
        voice.doubt as doubt,
        row_number() over survivors as place,
        lead(voice.doubt) over survivors as next_doubt,
        lead(seen_at) over survivors as next_seen_at,
        lead(records) over survivors as next_records,
        first_value(voice.doubt) over survivors as best_doubt,
        first_value(seen_at) over survivors as best_seen_at,
        first_value(records) over survivors as best_records
    from spoken
    window survivors as (
        partition by customer_id, field
        order by voice.doubt, seen_at desc nulls last, records desc, length(value) desc, value
    )
)

select
    customer_id,
    field,
    value,
    place = 1 as is_chosen,
    case
        when place = 1 and next_doubt is null then 'verified'
        when place = 1 and doubt <> next_doubt then 'verified'
        when place = 1 and seen_at is distinct from next_seen_at then 'most_recent'
        when place = 1 and records <> next_records then 'most_frequent'
        when place = 1 then 'most_complete'
        when doubt <> best_doubt then 'verified'
        when seen_at is distinct from best_seen_at then 'most_recent'
        when records <> best_records then 'most_frequent'
        else 'most_complete'
    end as rule,
    voice.record_id as record_id,
    voice.source as source,
    seen_at,
    voice.grade as grade,
    voice.reason as reason,
    cast(records as integer) as records
from ranked
