-- reads:  identity.customers, base.records, base.contact_points, work.last_words, work.flag_effects
-- writes: work.reach
-- grain:  one row per customer: may and can he be reached on each channel, and if not, the first reason
--         Order of reasons: death, age, lists, his own word, then whether there is a usable address or number.
--         Law (docs/rooms/base.md): letters are opt-out; e-mail and SMS need a yes (CPCE L34-5); the telephone needs a
--         yes of less than a year for a consumer since 11 August 2026 (loi 2025-594, décret 2026-662), not for a
--         company's landline; nobody under 15 without his parents.
-- params: $as_of (date), $phone_needs_yes (boolean), $phone_yes_since (timestamp)
create or replace table work.reach as
with words as (
    select
        customer_id,
        bool_or(is_granted) filter (where channel = 'post') as post,
        bool_or(is_granted) filter (where channel = 'phone') as phone,
        bool_or(is_granted) filter (where channel = 'sms') as sms,
        bool_or(is_granted) filter (where channel = 'email') as email,
        max(said_at) filter (where channel = 'phone') as phone_said_at,
    from work.last_words
    group by customer_id
),

lists as (
    select
        customer_id,
        bool_or(effect = 'deceased') as is_deceased,
        bool_or(effect = 'bad_payer') as is_bad_payer,
        bool_or(effect = 'high_potential') as is_high_potential,
        bool_or(effect = 'suppressed' and coalesce(flag_channel, 'post') = 'post') as post,
        bool_or(effect = 'suppressed' and coalesce(flag_channel, 'phone') = 'phone') as phone,
        bool_or(effect = 'suppressed' and coalesce(flag_channel, 'sms') = 'sms') as sms,
        bool_or(effect = 'suppressed' and coalesce(flag_channel, 'email') = 'email') as email,
        bool_or(effect = 'objected' and flag_channel = 'post') as is_post_refused,
        bool_or(effect = 'objected' and flag_channel = 'email') as is_email_refused,
    from work.flag_effects
    group by customer_id
),

points as (
    select
        customer_id,
        bool_or(channel = 'post' and is_returned) as is_post_returned,
        bool_or(channel = 'phone' and is_returned) as is_phone_returned,
        bool_or(channel = 'mobile' and is_returned) as is_mobile_returned,
        bool_or(channel = 'email' and is_returned) as is_email_returned,
    from base.contact_points
    where is_chosen
    group by customer_id
),

-- given, but unusable (grade D): "bad number" rather than "no number"
unusable as (
    select
        customer_id,
        bool_or(address_grade = 'D') as has_address,
        bool_or(phone_grade = 'D') as has_phone,
        bool_or(mobile_grade = 'D') as has_mobile,
        bool_or(email_grade = 'D') as has_email,
    from base.records
    group by customer_id
),

facts as (
    select
        customers.customer_id,
        customers.is_organisation,
        customers.birth_date > $as_of::date - interval 15 year as is_minor,
        customers.address_line_6 is not null as has_address,
        coalesce(customers.address_status in ('V0', 'V1', 'V2'), false) as is_address_good,
        customers.phone is not null as has_phone,
        customers.mobile is not null as has_mobile,
        (customers.phone is not null and not coalesce(points.is_phone_returned, false)) as can_ring_phone,
        (customers.mobile is not null and not coalesce(points.is_mobile_returned, false)) as can_ring_mobile,
        customers.email is not null as has_email,
        coalesce(points.is_post_returned, false) as is_post_returned,
        coalesce(points.is_email_returned, false) as is_email_returned,
        coalesce(unusable.has_address, false) as has_unusable_address,
        coalesce(unusable.has_phone, false) as has_unusable_phone,
        coalesce(unusable.has_mobile, false) as has_unusable_mobile,
        coalesce(unusable.has_email, false) as has_unusable_email,
        coalesce(lists.is_deceased, false) as is_deceased,
        coalesce(lists.is_bad_payer, false) as is_bad_payer,
        coalesce(lists.post, false) as is_post_suppressed,
        coalesce(lists.phone, false) as is_phone_suppressed,
        coalesce(lists.sms, false) as is_sms_suppressed,
        coalesce(lists.email, false) as is_email_suppressed,
        coalesce(lists.is_high_potential, false) as is_high_potential,
        coalesce(not words.post, false) or coalesce(lists.is_post_refused, false) as is_post_refused,
        coalesce(not words.email, false) or coalesce(lists.is_email_refused, false) as is_email_refused,
        words.phone,
        words.phone_said_at,
        words.sms,
        words.email,
        words.post,
    from identity.customers
    left join words on words.customer_id = customers.customer_id
    left join lists on lists.customer_id = customers.customer_id
    left join points on points.customer_id = customers.customer_id
    left join unusable on unusable.customer_id = customers.customer_id
)

select
    customer_id,
    post as consent_post,
    phone as consent_phone,
    sms as consent_sms,
    email as consent_email,
    is_bad_payer,
    is_high_potential,
    case
        when is_deceased then 'deceased'
        when is_minor then 'minor'
        when is_post_suppressed then 'suppressed'
        when is_post_refused then 'objected'
        when not has_address and has_unusable_address then 'bad_address'
        when not has_address then 'no_address'
        when not is_address_good then 'bad_address'
        when is_post_returned then 'returned'
        else 'ok'
    end as can_post_reason,
    case
        when is_deceased then 'deceased'
        when is_minor then 'minor'
        when is_phone_suppressed then 'suppressed'
        when not phone then 'objected'
        when not has_phone and not has_mobile and (has_unusable_phone or has_unusable_mobile) then 'bad_number'
        when not has_phone and not has_mobile then 'no_number'
        when not can_ring_phone and not can_ring_mobile then 'bad_number'
        when not $phone_needs_yes or (is_organisation and can_ring_phone) then 'ok'
        when phone is null then 'no_consent'
        when phone_said_at is null or phone_said_at < $phone_yes_since then 'expired'
        else 'ok'
    end as can_phone_reason,
    case
        when is_deceased then 'deceased'
        when is_minor then 'minor'
        when is_sms_suppressed then 'suppressed'
        when not sms then 'objected'
        when not has_mobile and has_unusable_mobile then 'bad_number'
        when not has_mobile then 'no_mobile'
        when not can_ring_mobile then 'bad_number'
        when sms is null then 'no_consent'
        else 'ok'
    end as can_sms_reason,
    case
        when is_deceased then 'deceased'
        when is_minor then 'minor'
        when is_email_suppressed then 'suppressed'
        when is_email_refused then 'objected'
        when not has_email and has_unusable_email then 'bad_email'
        when not has_email then 'no_email'
        when is_email_returned then 'bad_email'
        when email is null then 'no_consent'
        else 'ok'
    end as can_email_reason,
from facts
