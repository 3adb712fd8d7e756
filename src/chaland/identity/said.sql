-- reads:  identity_voices, identity_several
-- writes: identity_said (a work table of this room)
-- grain:  one row per record or correction that speaks of a customer, and field it gives a value of
-- params: none
-- is_complete: false when the value lacks a part that its field needs
-- sameness: what makes two writings one address, or one name
-- is_alone: nobody else speaks of the customer; is_corrected: a steward does
create or replace temp table identity_said as
with said as (
    select
        identity_voices.customer_id,
        identity_voices.record_id,
        identity_voices.source,
        identity_voices.is_correction,
        identity_voices.recorded_at,
        identity_several.record_id is null as is_alone,
        identity_several.turn,
        coalesce(identity_several.is_corrected, false) as is_corrected,
        blank_fields,
        unnest([
            {
                'field': 'name',
                'value': case when not is_organisation then nullif(concat_ws(' ', first_name, last_name), '') end,
                'grade': name_grade,
                'reason': name_reason,
                'is_complete': coalesce(length(first_name_key) > 1 and last_name is not null, false),
                'sameness': last_name_key
            },
            {
                'field': 'organisation',
                'value': organisation,
                'grade': name_grade,
                'reason': name_reason,
                'is_complete': true,
                'sameness': null
            },
            {
                'field': 'sex',
                'value': sex,
                'grade': name_grade,
                'reason': name_reason,
                'is_complete': true,
                'sameness': null
            },
            {
                'field': 'birth_date',
                'value': cast(birth_date as varchar),
                'grade': birth_date_grade,
                'reason': birth_date_reason,
                'is_complete': true,
                'sameness': null
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
                'is_complete': coalesce(street, place) is not null and coalesce(postcode, city) is not null,
                'sameness': concat_ws('|', street_number, coalesce(street_key, place), coalesce(insee_code, postcode, city))
            },
            {
                'field': 'phone',
                'value': phone,
                'grade': phone_grade,
                'reason': phone_reason,
                'is_complete': true,
                'sameness': null
            },
            {
                'field': 'mobile',
                'value': mobile,
                'grade': mobile_grade,
                'reason': mobile_reason,
                'is_complete': true,
                'sameness': null
            },
            {
                'field': 'email',
                'value': email,
                'grade': email_grade,
                'reason': email_reason,
                'is_complete': true,
                'sameness': null
            },
            {
                'field': 'card_number',
                'value': card_number,
                'grade': null,
                'reason': null,
                'is_complete': true,
                'sameness': null
            },
            {
                'field': 'card_tier',
                'value': card_tier,
                'grade': null,
                'reason': null,
                'is_complete': true,
                'sameness': null
            }
        ]) as part
    from identity_voices
    left join identity_several
        on identity_voices.record_id = identity_several.record_id
    where not identity_voices.is_key_only
)

select
    customer_id,
    part.field as field,
    coalesce(part.value, '') as value,
    part.sameness as sameness,
    record_id,
    source,
    part.grade as grade,
    part.reason as reason,
    recorded_at,
    is_correction,
    is_alone,
    is_corrected,
    -- a steward's word is never unusable
    case when not is_correction and part.grade in ('D', 'E') then 1 else 0 end as unusable,
    case when part.grade = 'C' then 2 when part.grade in ('D', 'E') then 3 else 1 end
    + case when part.is_complete then 0 else 2 end as doubt,
    -- who says one value best: nobody unusable, a steward first, then the least doubtful, then by turn
    cast(
        case
            when is_correction then 0
            else 8 + case when part.grade in ('D', 'E') then 16 else 0 end
            + case when part.grade = 'C' then 2 when part.grade in ('D', 'E') then 3 else 1 end
            + case when part.is_complete then 0 else 2 end
        end as bigint
    ) * 1000000000 + turn as standing
from said
-- of a field left blank by a steward, nothing is his word
where part.value is not null or list_contains(string_split(blank_fields, ' '), part.field)
