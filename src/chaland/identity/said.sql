-- reads:  identity_voices, identity_words
-- writes: identity_said (a view of this room)
-- grain:  one row per record or correction that speaks of a customer, and field it gives a value of
-- params: none
-- a field at a time, so that each step reads the columns it needs and no more
-- of a field left blank by a steward, nothing is his word
-- sameness: what makes two writings one address, or one name
-- doubt: 1 to 3 by grade, 2 more when the value lacks a part that its field needs
-- standing: who says one value best, least first: nobody unusable, a steward first, then the least doubtful, then by
-- turn; its last digit is the doubt, the twelve before it the turn, which no other voice has
create or replace temp view identity_said as
with parts as (
    select
        word,
        record_id,
        source,
        'name' as field,
        concat_ws(' ', first_name, last_name) as value,
        name_grade as grade,
        name_reason as reason,
        coalesce(length(first_name_key) > 1 and last_name is not null, false) as is_complete,
        last_name_key as sameness
    from identity_words
    where not is_organisation
    and (first_name <> '' or last_name <> '')
    union all
    select
        word,
        record_id,
        source,
        'organisation' as field,
        organisation as value,
        name_grade as grade,
        name_reason as reason,
        true as is_complete,
        null as sameness
    from identity_words
    where organisation is not null or list_contains(string_split(blank_fields, ' '), 'organisation')
    union all
    select
        word,
        record_id,
        source,
        'address' as field,
        coalesce(
            nullif(
                concat_ws(', ', address_line_2, address_line_3, address_line_4, address_line_5, address_line_6),
                ''
            ),
            nullif(concat_ws(' ', street_number, street_extension, street, postcode, city), '')
        ) as value,
        address_grade as grade,
        address_reason as reason,
        coalesce(street, place) is not null and coalesce(postcode, city) is not null as is_complete,
        concat_ws('|', street_number, coalesce(street_key, place), coalesce(insee_code, postcode, city)) as sameness
    from identity_words
    where coalesce(address_line_6, address_line_5, address_line_4, address_line_3, address_line_2) <> ''
    or coalesce(city, postcode, street, street_number, street_extension) <> ''
    or list_contains(string_split(blank_fields, ' '), 'address')
    union all
    select
        word,
        record_id,
        source,
        'sex' as field,
        sex as value,
        name_grade as grade,
        name_reason as reason,
        true as is_complete,
        null as sameness
    from identity_words
    where sex is not null
    union all
    select
        word,
        record_id,
        source,
        'birth_date' as field,
        cast(birth_date as varchar) as value,
        birth_date_grade as grade,
        birth_date_reason as reason,
        true as is_complete,
        null as sameness
    from identity_words
    where birth_date is not null or list_contains(string_split(blank_fields, ' '), 'birth_date')
    union all
    select
        word,
        record_id,
        source,
        'phone' as field,
        phone as value,
        phone_grade as grade,
        phone_reason as reason,
        true as is_complete,
        null as sameness
    from identity_words
    where phone is not null or list_contains(string_split(blank_fields, ' '), 'phone')
    union all
    select
        word,
        record_id,
        source,
        'mobile' as field,
        mobile as value,
        mobile_grade as grade,
        mobile_reason as reason,
        true as is_complete,
        null as sameness
    from identity_words
    where mobile is not null or list_contains(string_split(blank_fields, ' '), 'mobile')
    union all
    select
        word,
        record_id,
        source,
        'email' as field,
        email as value,
        email_grade as grade,
        email_reason as reason,
        true as is_complete,
        null as sameness
    from identity_words
    where email is not null or list_contains(string_split(blank_fields, ' '), 'email')
    union all
    select
        word,
        record_id,
        source,
        'card_number' as field,
        card_number as value,
        null as grade,
        null as reason,
        true as is_complete,
        null as sameness
    from identity_words
    where card_number is not null or list_contains(string_split(blank_fields, ' '), 'card_number')
    union all
    select
        word,
        record_id,
        source,
        'card_tier' as field,
        card_tier as value,
        null as grade,
        null as reason,
        true as is_complete,
        null as sameness
    from identity_words
    where card_tier is not null or list_contains(string_split(blank_fields, ' '), 'card_tier')
),

doubted as (
    select
        *,
        case when grade = 'C' then 2 when grade in ('D', 'E') then 3 else 1 end
        + case when is_complete then 0 else 2 end as doubt
    from parts
)

select
    voices.customer,
    voices.customer_id,
    voices.is_alone,
    voices.word,
    doubted.record_id,
    doubted.source,
    voices.recorded_at,
    doubted.field,
    coalesce(doubted.value, '') as value,
    doubted.grade,
    doubted.reason,
    doubted.sameness,
    cast(
        case
            -- a steward's word is never unusable
            when voices.is_correction then 0
            else 10 + case when doubted.grade in ('D', 'E') then 10 else 0 end + doubted.doubt
        end as bigint
    ) * 10000000000000 + voices.turn * 10 + doubted.doubt as standing
from doubted
inner join identity_voices as voices
    on doubted.word = voices.word
where not voices.is_key_only
