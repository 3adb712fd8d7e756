-- reads:  identity_voices, identity_words, identity_won, identity_links
-- writes: identity.customers
-- grain:  one row per customer of several records;  key: customer_id
-- params: none
-- the word that survives in each field
with chosen as (
    select
        customer,
        max(word) filter (where field = 'name') as name_word,
        max(word) filter (where field = 'organisation') as organisation_word,
        max(word) filter (where field = 'sex') as sex_word,
        max(word) filter (where field = 'birth_date') as birth_date_word,
        max(word) filter (where field = 'address') as address_word,
        max(word) filter (where field = 'phone') as phone_word,
        max(word) filter (where field = 'mobile') as mobile_word,
        max(word) filter (where field = 'email') as email_word,
        max(word) filter (where field = 'card_number') as card_number_word,
        max(word) filter (where field = 'card_tier') as card_tier_word
    from identity_won
    where is_chosen and not is_empty
    group by customer
),

-- a correction of one name says nothing of the other: that of the best record stands
corrected_names as (
    select
        voices.customer,
        arg_max(
            {
                'first_name': words.first_name,
                'last_name': words.last_name,
                'first_name_key': words.first_name_key,
                'last_name_key': words.last_name_key
            },
            {'complete': words.last_name is not null and words.first_name is not null, 'lateness': voices.lateness}
        ) as other
    from identity_voices as voices
    inner join identity_words as words
        on voices.word = words.word
    where not voices.is_correction
    and coalesce(words.first_name, words.last_name) is not null
    and voices.customer in (select customer from identity_won where field = 'name' and rule = 'corrected')
    group by voices.customer
),

-- each customer's words are read once. Of a field, the word that survives; of what no field carries, the latest that
-- says it: who says nothing is not asked
gathered as (
    select
        voices.customer,
        min(voices.customer_id) as customer_id,
        min(voices.household_id) as household_id,
        cast(count(*) filter (where not voices.is_correction) as integer) as records,
        cast(count(distinct words.system) as integer) as systems,
        min(voices.recorded_at) filter (where not voices.is_correction) as first_seen_at,
        max(voices.recorded_at) filter (where not voices.is_correction) as last_seen_at,
        bool_and(words.is_organisation) filter (where not voices.is_correction) as is_organisation,
        any_value(words.organisation) filter (where words.word = chosen.organisation_word) as organisation,
        any_value(words.civility) filter (where words.word = chosen.name_word) as name_civility,
        any_value(words.title) filter (where words.word = chosen.name_word) as name_title,
        any_value(words.first_name) filter (where words.word = chosen.name_word) as first_name,
        any_value(words.last_name) filter (where words.word = chosen.name_word) as last_name,
        any_value(words.birth_name) filter (where words.word = chosen.name_word) as name_birth_name,
        any_value(words.first_name_key) filter (where words.word = chosen.name_word) as first_name_key,
        any_value(words.last_name_key) filter (where words.word = chosen.name_word) as last_name_key,
        any_value(words.birth_name_key) filter (where words.word = chosen.name_word) as name_birth_name_key,
        any_value(words.sex) filter (where words.word = chosen.sex_word) as sex,
        any_value(words.birth_date) filter (where words.word = chosen.birth_date_word) as birth_date,
        any_value(words.street_number) filter (where words.word = chosen.address_word) as street_number,
        any_value(words.street_extension) filter (where words.word = chosen.address_word) as street_extension,
        any_value(words.street) filter (where words.word = chosen.address_word) as street,
        any_value(words.street_key) filter (where words.word = chosen.address_word) as street_key,
        any_value(words.complement) filter (where words.word = chosen.address_word) as complement,
        any_value(words.place) filter (where words.word = chosen.address_word) as place,
        any_value(words.postcode) filter (where words.word = chosen.address_word) as postcode,
        any_value(words.city) filter (where words.word = chosen.address_word) as city,
        any_value(words.insee_code) filter (where words.word = chosen.address_word) as insee_code,
        any_value(words.is_cedex) filter (where words.word = chosen.address_word) as is_cedex,
        any_value(words.country) filter (where words.word = chosen.address_word) as country,
        any_value(words.address_line_2) filter (where words.word = chosen.address_word) as address_line_2,
        any_value(words.address_line_3) filter (where words.word = chosen.address_word) as address_line_3,
        any_value(words.address_line_4) filter (where words.word = chosen.address_word) as address_line_4,
        any_value(words.address_line_5) filter (where words.word = chosen.address_word) as address_line_5,
        any_value(words.address_line_6) filter (where words.word = chosen.address_word) as address_line_6,
        any_value(words.address_status) filter (where words.word = chosen.address_word) as address_status,
        any_value(words.phone) filter (where words.word = chosen.phone_word) as phone,
        any_value(words.mobile) filter (where words.word = chosen.mobile_word) as mobile,
        any_value(words.email) filter (where words.word = chosen.email_word) as email,
        any_value(words.email_key) filter (where words.word = chosen.email_word and words.email is not null) as email_key,
        any_value(words.card_number) filter (where words.word = chosen.card_number_word) as card_number,
        any_value(words.card_tier) filter (where words.word = chosen.card_tier_word) as card_tier,
        arg_max(words.civility, voices.lateness) as civility,
        arg_max(words.title, voices.lateness) as title,
        arg_max(words.birth_name, voices.lateness) as birth_name,
        arg_max_null(words.birth_name_key, voices.lateness) filter (where words.birth_name is not null)
            as birth_name_key,
        arg_max(words.occupation, voices.lateness) as occupation,
        arg_max(words.consent_post, voices.lateness) as consent_post,
        arg_max(words.consent_phone, voices.lateness) as consent_phone,
        arg_max(words.consent_sms, voices.lateness) as consent_sms,
        arg_max(words.consent_email, voices.lateness) as consent_email
    from identity_voices as voices
    inner join identity_words as words
        on voices.word = words.word
    left join chosen
        on voices.customer = chosen.customer
    where not voices.is_alone
    group by voices.customer
)

select
    gathered.customer_id,
    gathered.household_id,
    gathered.records,
    gathered.systems,
    gathered.first_seen_at,
    gathered.last_seen_at,
    identity_links.weakest_link_bits,
    gathered.is_organisation,
    gathered.organisation,
    coalesce(gathered.name_civility, gathered.civility) as civility,
    coalesce(gathered.name_title, gathered.title) as title,
    coalesce(gathered.first_name, corrected_names.other.first_name) as first_name,
    coalesce(gathered.last_name, corrected_names.other.last_name) as last_name,
    coalesce(gathered.name_birth_name, gathered.birth_name) as birth_name,
    coalesce(gathered.first_name_key, corrected_names.other.first_name_key) as first_name_key,
    coalesce(gathered.last_name_key, corrected_names.other.last_name_key) as last_name_key,
    coalesce(gathered.name_birth_name_key, gathered.birth_name_key) as birth_name_key,
    gathered.sex,
    gathered.birth_date,
    gathered.street_number,
    gathered.street_extension,
    gathered.street,
    gathered.street_key,
    gathered.complement,
    gathered.place,
    gathered.postcode,
    gathered.city,
    gathered.insee_code,
    coalesce(gathered.is_cedex, false) as is_cedex,
    gathered.country,
    gathered.address_line_2,
    gathered.address_line_3,
    gathered.address_line_4,
    gathered.address_line_5,
    gathered.address_line_6,
    gathered.address_status,
    gathered.phone,
    gathered.mobile,
    gathered.email,
    gathered.email_key,
    gathered.card_number,
    gathered.card_tier,
    gathered.occupation,
    gathered.consent_post,
    gathered.consent_phone,
    gathered.consent_sms,
    gathered.consent_email
from gathered
left join corrected_names
    on gathered.customer = corrected_names.customer
left join identity_links
    on gathered.customer_id = identity_links.customer_id
