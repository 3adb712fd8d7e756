-- reads:  base.customers, base.contact_points, segments.places, work.customer_numbers, segments.days, insight.rfm,
--         insight.clv, insight.churn
-- writes: segments.customers
-- grain:  one row per customer
-- params: $as_of (date)
with recent as (
    select
        customer_number,
        sum(purchase_days) filter (where sold_date > $as_of::date - 30) as purchase_days_30,
        sum(amount_cents::bigint) filter (where sold_date > $as_of::date - 30) as amount_30_cents,
        sum(purchase_days) filter (where sold_date > $as_of::date - 90) as purchase_days_90,
        sum(amount_cents::bigint) filter (where sold_date > $as_of::date - 90) as amount_90_cents,
        sum(purchase_days) filter (where sold_date > $as_of::date - 180) as purchase_days_180,
        sum(amount_cents::bigint) filter (where sold_date > $as_of::date - 180) as amount_180_cents,
        sum(purchase_days) as purchase_days_365,
        sum(amount_cents::bigint) as amount_365_cents,
    from segments.days
    where sold_date > $as_of::date - 365
    group by customer_number
),

grades as (
    select
        customer_id,
        min(grade) filter (where channel = 'post') as post_grade,
        min(grade) filter (where channel = 'phone') as phone_grade,
        min(grade) filter (where channel = 'mobile') as mobile_grade,
        min(grade) filter (where channel = 'email') as email_grade,
    from base.contact_points
    where is_chosen
    group by customer_id
),

homes as (
    select
        household_id,
        count(*) as customers,
    from base.customers
    group by household_id
),

rfm as (
    select *
    from insight.rfm
    where as_of_date = (select max(as_of_date) from insight.rfm)
),

communes as (
    select
        insee_code,
        place_number,
    from segments.places
    where insee_code is not null
),

postcodes as (
    select
        postcode,
        place_number,
    from segments.places
    where postcode is not null
)

select
    customer_numbers.customer_number,
    customers.customer_id,
    customers.is_organisation,
    customers.is_card_holder,
    customers.sex,
    customers.civility,
    customers.age_years,
    month(customers.birth_date)::integer as birth_month,
    customers.occupation,
    lower(strip_accents(customers.occupation)) as occupation_key,
    customers.card_tier,
    lower(strip_accents(customers.card_tier)) as card_tier_key,
    customers.country,
    case
        when coalesce(customers.country, 'FR') <> 'FR' then null
        when left(coalesce(customers.insee_code, customers.postcode), 2) in ('97', '98')
            then left(coalesce(customers.insee_code, customers.postcode), 3)
        when customers.insee_code is null and left(customers.postcode, 2) = '20'
            then if(customers.postcode < '20200', '2A', '2B')
        else left(coalesce(customers.insee_code, customers.postcode), 2)
    end as departement,
    customers.postcode,
    customers.insee_code,
    customers.city,
    lower(strip_accents(customers.city)) as city_key,
    coalesce(communes.place_number, postcodes.place_number) as place_number,
    customers.home_shop_key,
    coalesce(homes.customers, 1)::integer as household_customers,
    customers.records,
    customers.systems,
    customers.first_seen_at::date as first_seen_date,
    customers.points_balance,
    customers.is_bad_payer,
    customers.is_high_potential,
    customers.first_purchase_date,
    customers.last_purchase_date,
    date_diff('day', customers.last_purchase_date, $as_of::date)::integer as days_since_purchase,
    customers.tickets,
    round(customers.amount_total * 100)::bigint as amount_total_cents,
    round(customers.amount_12_months * 100)::bigint as amount_12_months_cents,
    coalesce(recent.purchase_days_30, 0)::integer as purchase_days_30,
    coalesce(recent.amount_30_cents, 0)::bigint as amount_30_cents,
    coalesce(recent.purchase_days_90, 0)::integer as purchase_days_90,
    coalesce(recent.amount_90_cents, 0)::bigint as amount_90_cents,
    coalesce(recent.purchase_days_180, 0)::integer as purchase_days_180,
    coalesce(recent.amount_180_cents, 0)::bigint as amount_180_cents,
    coalesce(recent.purchase_days_365, 0)::integer as purchase_days_365,
    coalesce(recent.amount_365_cents, 0)::bigint as amount_365_cents,
    customers.contacts,
    customers.surveys,
    customers.projects,
    customers.web_events,
    customers.open_cases,
    customers.can_post,
    customers.can_phone,
    customers.can_sms,
    customers.can_email,
    customers.can_post_reason,
    customers.can_phone_reason,
    customers.can_sms_reason,
    customers.can_email_reason,
    customers.consent_post,
    customers.consent_phone,
    customers.consent_sms,
    customers.consent_email,
    grades.post_grade,
    grades.phone_grade,
    grades.mobile_grade,
    grades.email_grade,
    rfm.segment as rfm_segment,
    rfm.r_score,
    rfm.f_score,
    rfm.m_score,
    clv.alive_probability,
    round(clv.value_12_months * 100)::bigint as clv_12_months_cents,
    churn.is_silent,
    churn.buys_probability,
from base.customers
inner join work.customer_numbers on customer_numbers.customer_id = customers.customer_id
left join recent on recent.customer_number = customer_numbers.customer_number
left join grades on grades.customer_id = customers.customer_id
left join homes on homes.household_id = customers.household_id
left join communes on communes.insee_code = customers.insee_code
left join postcodes on postcodes.postcode = customers.postcode
left join rfm on rfm.customer_id = customers.customer_id
left join insight.clv on clv.customer_id = customers.customer_id
left join insight.churn on churn.customer_id = customers.customer_id
