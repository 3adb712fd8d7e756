-- reads:  clean.records, identity_voices, identity_words, identity.values, identity_links
-- writes: identity.customers
-- grain:  one row per customer;  key: customer_id
-- params: none
with known as (
    select
        *,
        {'corrected': is_correction, 'at': coalesce(recorded_at, timestamp '1900-01-01')} as said_at
    from identity_voices
),

-- a correction of one name says nothing of the other: that of the best record stands
corrected_names as (
    select
        customer_id,
        arg_max(record_id, {'complete': last_name is not null and first_name is not null, 'at': said_at, 'by': record_id})
            filter (where not is_correction and coalesce(first_name, last_name) is not null) as other_record
    from known
    where customer_id in (select customer_id from identity.values where field = 'name' and rule = 'corrected')
    group by customer_id
),

chosen as (
    select
        customer_id,
        max(record_id) filter (where field = 'name') as name_record,
        max(record_id) filter (where field = 'organisation') as organisation_record,
        max(value) filter (where field = 'sex') as sex,
        max(value) filter (where field = 'birth_date') as birth_date,
        max(record_id) filter (where field = 'address') as address_record,
        max(value) filter (where field = 'phone') as phone,
        max(value) filter (where field = 'mobile') as mobile,
        max(value) filter (where field = 'email') as email,
        max(record_id) filter (where field = 'email') as email_record,
        max(value) filter (where field = 'card_number') as card_number,
        max(value) filter (where field = 'card_tier') as card_tier
    from identity.values
    where is_chosen and value <> ''
    group by customer_id
),

-- what no value of identity.values carries: the latest record that says it
gathered as (
    select
        customer_id,
        min(household_id) as household_id,
        cast(count(*) filter (where not is_correction) as integer) as records,
        cast(count(distinct system) as integer) as systems,
        min(recorded_at) filter (where not is_correction) as first_seen_at,
        max(recorded_at) filter (where not is_correction) as last_seen_at,
        bool_and(is_organisation) filter (where not is_correction) as is_organisation,
        max({'at': said_at, 'by': record_id, 'said': civility}) filter (where civility is not null) as civility,
        max({'at': said_at, 'by': record_id, 'said': title}) filter (where title is not null) as title,
        max({'at': said_at, 'by': record_id, 'said': birth_name, 'key': birth_name_key})
            filter (where birth_name is not null) as birth_name,
        max({'at': said_at, 'by': record_id, 'said': occupation}) filter (where occupation is not null) as occupation,
        max({'at': said_at, 'by': record_id, 'said': consent_post}) filter (where consent_post is not null)
            as consent_post,
        max({'at': said_at, 'by': record_id, 'said': consent_phone}) filter (where consent_phone is not null)
            as consent_phone,
        max({'at': said_at, 'by': record_id, 'said': consent_sms}) filter (where consent_sms is not null)
            as consent_sms,
        max({'at': said_at, 'by': record_id, 'said': consent_email}) filter (where consent_email is not null)
            as consent_email
    from known
    group by customer_id
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
    coalesce(names.civility, gathered.civility.said) as civility,
    coalesce(names.title, gathered.title.said) as title,
    coalesce(names.first_name, others.first_name) as first_name,
    coalesce(names.last_name, others.last_name) as last_name,
    coalesce(names.birth_name, gathered.birth_name.said) as birth_name,
    coalesce(names.first_name_key, others.first_name_key) as first_name_key,
    coalesce(names.last_name_key, others.last_name_key) as last_name_key,
    coalesce(names.birth_name_key, gathered.birth_name.key) as birth_name_key,
    chosen.sex,
    cast(chosen.birth_date as date) as birth_date,
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
    chosen.phone,
    chosen.mobile,
    chosen.email,
    mails.email_key,
    chosen.card_number,
    chosen.card_tier,
    gathered.occupation.said as occupation,
    gathered.consent_post.said as consent_post,
    gathered.consent_phone.said as consent_phone,
    gathered.consent_sms.said as consent_sms,
    gathered.consent_email.said as consent_email
from gathered
left join chosen
    on gathered.customer_id = chosen.customer_id
left join identity_words as names
    on chosen.name_record = names.record_id
left join corrected_names
    on gathered.customer_id = corrected_names.customer_id
left join clean.records as others
    on corrected_names.other_record = others.record_id
left join identity_words as companies
    on chosen.organisation_record = companies.record_id
left join identity_words as homes
    on chosen.address_record = homes.record_id
left join identity_words as mails
    on chosen.email_record = mails.record_id
left join identity_links
    on gathered.customer_id = identity_links.customer_id
