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
            words.word,
            {'complete': words.last_name is not null and words.first_name is not null, 'lateness': voices.lateness}
        ) as other_word
    from identity_voices as voices
    inner join identity_words as words
        on voices.word = words.word
    where not voices.is_correction
    and coalesce(words.first_name, words.last_name) is not null
    and voices.customer in (select customer from identity_won where field = 'name' and rule = 'corrected')
    group by voices.customer
),

-- what no field carries: the latest that says it; who says nothing is not asked
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
    companies.organisation,
    coalesce(names.civility, gathered.civility) as civility,
    coalesce(names.title, gathered.title) as title,
    coalesce(names.first_name, others.first_name) as first_name,
    coalesce(names.last_name, others.last_name) as last_name,
    coalesce(names.birth_name, gathered.birth_name) as birth_name,
    coalesce(names.first_name_key, others.first_name_key) as first_name_key,
    coalesce(names.last_name_key, others.last_name_key) as last_name_key,
    coalesce(names.birth_name_key, gathered.birth_name_key) as birth_name_key,
    sexes.sex,
    births.birth_date,
    homes.street_number,
    homes.street_extension,
    homes.street,
    homes.street_key,
    homes.complement,
    homes.place,
    homes.postcode,
    homes.city,
    homes.insee_code,
    coalesce(homes.is_cedex, false) as is_cedex,
    homes.country,
    homes.address_line_2,
    homes.address_line_3,
    homes.address_line_4,
    homes.address_line_5,
    homes.address_line_6,
    homes.address_status,
    phones.phone,
    mobiles.mobile,
    mails.email,
    mails.email_key,
    cards.card_number,
    tiers.card_tier,
    gathered.occupation,
    gathered.consent_post,
    gathered.consent_phone,
    gathered.consent_sms,
    gathered.consent_email
from gathered
left join chosen
    on gathered.customer = chosen.customer
left join identity_words as names
    on chosen.name_word = names.word
left join corrected_names
    on gathered.customer = corrected_names.customer
left join identity_words as others
    on corrected_names.other_word = others.word
left join identity_words as companies
    on chosen.organisation_word = companies.word and companies.organisation is not null
left join identity_words as sexes
    on chosen.sex_word = sexes.word and sexes.sex is not null
left join identity_words as births
    on chosen.birth_date_word = births.word and births.birth_date is not null
left join identity_words as homes
    on chosen.address_word = homes.word
left join identity_words as phones
    on chosen.phone_word = phones.word and phones.phone is not null
left join identity_words as mobiles
    on chosen.mobile_word = mobiles.word and mobiles.mobile is not null
left join identity_words as mails
    on chosen.email_word = mails.word and mails.email is not null
left join identity_words as cards
    on chosen.card_number_word = cards.word and cards.card_number is not null
left join identity_words as tiers
    on chosen.card_tier_word = tiers.word and tiers.card_tier is not null
left join identity_links
    on gathered.customer_id = identity_links.customer_id
