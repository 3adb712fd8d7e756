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

-- of what no field carries, the latest that says it: who says nothing is not asked
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
    where not voices.is_alone
    group by voices.customer
),

-- of a field, the word that survives: each is fetched where it stands
names as (
    select
        chosen.customer,
        words.civility,
        words.title,
        words.first_name,
        words.last_name,
        words.birth_name,
        words.first_name_key,
        words.last_name_key,
        words.birth_name_key
    from chosen
    inner join identity_words as words
        on chosen.name_word = words.word
),

organisations as (
    select
        chosen.customer,
        words.organisation
    from chosen
    inner join identity_words as words
        on chosen.organisation_word = words.word
),

sexes as (
    select
        chosen.customer,
        words.sex
    from chosen
    inner join identity_words as words
        on chosen.sex_word = words.word
),

births as (
    select
        chosen.customer,
        words.birth_date
    from chosen
    inner join identity_words as words
        on chosen.birth_date_word = words.word
),

phones as (
    select
        chosen.customer,
        words.phone
    from chosen
    inner join identity_words as words
        on chosen.phone_word = words.word
),

mobiles as (
    select
        chosen.customer,
        words.mobile
    from chosen
    inner join identity_words as words
        on chosen.mobile_word = words.word
),

emails as (
    select
        chosen.customer,
        words.email,
        case when words.email is not null then words.email_key end as email_key
    from chosen
    inner join identity_words as words
        on chosen.email_word = words.word
),

cards as (
    select
        chosen.customer,
        words.card_number
    from chosen
    inner join identity_words as words
        on chosen.card_number_word = words.word
),

tiers as (
    select
        chosen.customer,
        words.card_tier
    from chosen
    inner join identity_words as words
        on chosen.card_tier_word = words.word
),

addresses as (
    select
        chosen.customer,
        words.street_number,
        words.street_extension,
        words.street,
        words.street_key,
        words.complement,
        words.place,
        words.postcode,
        words.city,
        words.insee_code,
        words.is_cedex,
        words.country,
        words.address_line_2,
        words.address_line_3,
        words.address_line_4,
        words.address_line_5,
        words.address_line_6,
        words.address_status
    from chosen
    inner join identity_words as words
        on chosen.address_word = words.word
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
    organisations.organisation,
    coalesce(names.civility, gathered.civility) as civility,
    coalesce(names.title, gathered.title) as title,
    coalesce(names.first_name, corrected_names.other.first_name) as first_name,
    coalesce(names.last_name, corrected_names.other.last_name) as last_name,
    coalesce(names.birth_name, gathered.birth_name) as birth_name,
    coalesce(names.first_name_key, corrected_names.other.first_name_key) as first_name_key,
    coalesce(names.last_name_key, corrected_names.other.last_name_key) as last_name_key,
    coalesce(names.birth_name_key, gathered.birth_name_key) as birth_name_key,
    sexes.sex,
    births.birth_date,
    addresses.street_number,
    addresses.street_extension,
    addresses.street,
    addresses.street_key,
    addresses.complement,
    addresses.place,
    addresses.postcode,
    addresses.city,
    addresses.insee_code,
    coalesce(addresses.is_cedex, false) as is_cedex,
    addresses.country,
    addresses.address_line_2,
    addresses.address_line_3,
    addresses.address_line_4,
    addresses.address_line_5,
    addresses.address_line_6,
    addresses.address_status,
    phones.phone,
    mobiles.mobile,
    emails.email,
    emails.email_key,
    cards.card_number,
    tiers.card_tier,
    gathered.occupation,
    gathered.consent_post,
    gathered.consent_phone,
    gathered.consent_sms,
    gathered.consent_email
from gathered
left join organisations
    on gathered.customer = organisations.customer
left join sexes
    on gathered.customer = sexes.customer
left join births
    on gathered.customer = births.customer
left join phones
    on gathered.customer = phones.customer
left join mobiles
    on gathered.customer = mobiles.customer
left join emails
    on gathered.customer = emails.customer
left join cards
    on gathered.customer = cards.customer
left join tiers
    on gathered.customer = tiers.customer
left join names
    on gathered.customer = names.customer
left join addresses
    on gathered.customer = addresses.customer
left join corrected_names
    on gathered.customer = corrected_names.customer
left join identity_links
    on gathered.customer_id = identity_links.customer_id
