-- reads:  identity_voices, identity_words
-- writes: identity.customers
-- grain:  one row per customer of one record: nothing to choose;  key: customer_id
-- params: none
-- is_named, is_placed: it gives a name, an address, as in said.sql
with alone as (
    select
        voices.customer_id,
        voices.household_id,
        words.*,
        not words.is_organisation and (words.first_name <> '' or words.last_name <> '') as is_named,
        coalesce(
            words.address_line_6,
            words.address_line_5,
            words.address_line_4,
            words.address_line_3,
            words.address_line_2
        ) <> ''
        or coalesce(words.city, words.postcode, words.street, words.street_number, words.street_extension) <> ''
            as is_placed
    from identity_words as words
    inner join identity_voices as voices
        on words.word = voices.word
    where voices.is_alone
)

select
    customer_id,
    household_id,
    1 as records,
    1 as systems,
    recorded_at as first_seen_at,
    recorded_at as last_seen_at,
    null as weakest_link_bits,
    is_organisation,
    organisation,
    civility,
    title,
    case when is_named then first_name end as first_name,
    case when is_named then last_name end as last_name,
    birth_name,
    case when is_named then first_name_key end as first_name_key,
    case when is_named then last_name_key end as last_name_key,
    case when is_named or birth_name is not null then birth_name_key end as birth_name_key,
    sex,
    birth_date,
    case when is_placed then street_number end as street_number,
    case when is_placed then street_extension end as street_extension,
    case when is_placed then street end as street,
    case when is_placed then street_key end as street_key,
    case when is_placed then complement end as complement,
    case when is_placed then place end as place,
    case when is_placed then postcode end as postcode,
    case when is_placed then city end as city,
    case when is_placed then insee_code end as insee_code,
    coalesce(is_placed and is_cedex, false) as is_cedex,
    case when is_placed then country end as country,
    case when is_placed then address_line_2 end as address_line_2,
    case when is_placed then address_line_3 end as address_line_3,
    case when is_placed then address_line_4 end as address_line_4,
    case when is_placed then address_line_5 end as address_line_5,
    case when is_placed then address_line_6 end as address_line_6,
    case when is_placed then address_status end as address_status,
    phone,
    mobile,
    email,
    case when email is not null then email_key end as email_key,
    card_number,
    card_tier,
    occupation,
    consent_post,
    consent_phone,
    consent_sms,
    consent_email
from alone
