-- reads:  identity_voices, identity_survivorship
-- writes: identity.values
-- grain:  one row per customer, field and distinct value;  key: customer_id, field, value
-- params: none
-- is_complete: false when the value lacks a part that its field needs
-- sameness: what makes two writings one address, or one name
with said as (
    select
        customer_id,
        record_id,
        source,
        is_correction,
        recorded_at,
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
            }
        ]) as part
    from identity_voices
    where not is_key_only
),

judged as (
    select
        customer_id,
        part.field as field,
        part.value as value,
        part.sameness as sameness,
        recorded_at,
        {
            -- a steward's word is never unusable, and comes first; his last one before the others
            'unusable': case when not is_correction and part.grade in ('D', 'E') then 1 else 0 end,
            'corrected': case when is_correction then -epoch_us(recorded_at) else 0 end,
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
spoken as materialized (
    select
        customer_id,
        field,
        value,
        count(*) as records,
        min(sameness) as sameness,
        min(recorded_at) as first_seen_at,
        max(recorded_at) as seen_at,
        min(voice) as voice
    from judged
    group by customer_id, field, value
),

-- most fields have one value: nothing has to be weighed there
disputed as materialized (
    select
        customer_id,
        field
    from spoken
    group by customer_id, field
    having count(*) > 1
),

weighed as (
    select
        spoken.*,
        {
            'unusable': voice.unusable,
            'corrected': voice.corrected,
            'first': case orders.first
                when 'verified' then voice.doubt
                when 'most_recent' then coalesce(-epoch_us(seen_at), 9223372036854775807)
                when 'most_frequent' then -records
                else -length(value)
            end,
            'second': case orders.second
                when 'verified' then voice.doubt
                when 'most_recent' then coalesce(-epoch_us(seen_at), 9223372036854775807)
                when 'most_frequent' then -records
                else -length(value)
            end,
            'third': case orders.third
                when 'verified' then voice.doubt
                when 'most_recent' then coalesce(-epoch_us(seen_at), 9223372036854775807)
                when 'most_frequent' then -records
                else -length(value)
            end,
            'fourth': case orders.fourth
                when 'verified' then voice.doubt
                when 'most_recent' then coalesce(-epoch_us(seen_at), 9223372036854775807)
                when 'most_frequent' then -records
                else -length(value)
            end
        } as standing,
        orders.first as first_rule,
        orders.second as second_rule,
        orders.third as third_rule,
        orders.fourth as fourth_rule
    from spoken
    semi join disputed
        on spoken.customer_id = disputed.customer_id
        and spoken.field = disputed.field
    inner join identity_survivorship as orders
        on spoken.field = orders.field
),

ranked as (
    select
        *,
        row_number() over survivors as place,
        -- the one it was chosen before, or the one chosen before it
        coalesce(
            case when row_number() over survivors = 1 then lead(standing) over survivors end,
            first_value(standing) over survivors
        ) as rival
    from weighed
    window survivors as (
        partition by customer_id, field
        order by standing, value
    )
),

-- an address or a name in all its writings, where there are several: since when, and until another one came
stretches as (
    select
        customer_id,
        field,
        coalesce(sameness, value) as sameness,
        min(first_seen_at) as valid_from,
        max(seen_at) as last_at
    from ranked
    group by customer_id, field, coalesce(sameness, value)
),

ended as (
    select
        stretches.customer_id,
        stretches.field,
        stretches.sameness,
        min(stretches.valid_from) as valid_from,
        min(later.valid_from) as valid_to
    from stretches
    left join stretches as later
        on stretches.customer_id = later.customer_id
        and stretches.field = later.field
        and later.valid_from > stretches.last_at
    group by stretches.customer_id, stretches.field, stretches.sameness
)

select
    ranked.customer_id,
    ranked.field,
    ranked.value,
    ranked.place = 1 as is_chosen,
    case
        when ranked.standing = ranked.rival and ranked.place = 1 and ranked.standing.corrected < 0 then 'corrected'
        when ranked.standing = ranked.rival and ranked.place = 1 then 'verified'
        when ranked.standing.unusable <> ranked.rival.unusable then 'verified'
        when ranked.standing.corrected <> ranked.rival.corrected then 'corrected'
        when ranked.standing.first <> ranked.rival.first then ranked.first_rule
        when ranked.standing.second <> ranked.rival.second then ranked.second_rule
        when ranked.standing.third <> ranked.rival.third then ranked.third_rule
        else ranked.fourth_rule
    end as rule,
    ranked.voice.record_id as record_id,
    ranked.voice.source as source,
    ranked.seen_at,
    ranked.voice.grade as grade,
    ranked.voice.reason as reason,
    cast(ranked.records as integer) as records,
    ranked.first_seen_at,
    coalesce(ended.valid_from, ranked.first_seen_at) as valid_from,
    case when ranked.place > 1 then ended.valid_to end as valid_to
from ranked
left join ended
    on ranked.customer_id = ended.customer_id
    and ranked.field = ended.field
    and coalesce(ranked.sameness, ranked.value) = ended.sameness
union all
select
    spoken.customer_id,
    spoken.field,
    spoken.value,
    true as is_chosen,
    case when spoken.voice.corrected < 0 then 'corrected' else 'verified' end as rule,
    spoken.voice.record_id as record_id,
    spoken.voice.source as source,
    spoken.seen_at,
    spoken.voice.grade as grade,
    spoken.voice.reason as reason,
    cast(spoken.records as integer) as records,
    spoken.first_seen_at,
    spoken.first_seen_at as valid_from,
    null as valid_to
from spoken
anti join disputed
    on spoken.customer_id = disputed.customer_id
    and spoken.field = disputed.field
