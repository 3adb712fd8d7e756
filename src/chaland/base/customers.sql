-- reads:  identity.customers, work.card_holders, work.reach, work.purchases, work.activity
-- writes: base.customers
-- grain:  one row per customer: golden record, reachability and totals;  key: customer_id
-- params: $as_of (date)
select
    customers.* replace (
        -- his latest word, rather than that of the record the golden one was drawn from
        reach.consent_post as consent_post,
        reach.consent_phone as consent_phone,
        reach.consent_sms as consent_sms,
        reach.consent_email as consent_email
    ),
    coalesce(
        case when customers.is_organisation then customers.organisation end,
        nullif(concat_ws(' ', customers.first_name, customers.last_name), ''),
        customers.organisation,
        customers.customer_id
    ) as display_name,
    card_holders.customer_id is not null as is_card_holder,
    case
        when customers.birth_date <= $as_of
            then
                year($as_of::date) - year(customers.birth_date)
                - case
                    when
                        month($as_of::date) * 100 + day($as_of::date)
                        < month(customers.birth_date) * 100 + day(customers.birth_date) then 1
                    else 0
                end
    end::integer as age_years,
    reach.can_post_reason = 'ok' as can_post,
    reach.can_phone_reason = 'ok' as can_phone,
    reach.can_sms_reason = 'ok' as can_sms,
    reach.can_email_reason = 'ok' as can_email,
    reach.can_post_reason,
    reach.can_phone_reason,
    reach.can_sms_reason,
    reach.can_email_reason,
    reach.is_bad_payer,
    reach.is_high_potential,
    purchases.first_purchase_date,
    purchases.last_purchase_date,
    coalesce(purchases.tickets, 0) as tickets,
    coalesce(purchases.amount_total, 0) as amount_total,
    coalesce(purchases.amount_12_months, 0) as amount_12_months,
    purchases.home_shop_key,
    case when card_holders.customer_id is not null then coalesce(activity.points_balance, 0) end as points_balance,
    coalesce(activity.contacts, 0) as contacts,
    coalesce(activity.surveys, 0) as surveys,
    coalesce(activity.projects, 0) as projects,
    coalesce(activity.web_events, 0) as web_events,
    coalesce(activity.open_cases, 0) as open_cases,
from identity.customers
left join work.card_holders on card_holders.customer_id = customers.customer_id
left join work.reach on reach.customer_id = customers.customer_id
left join work.purchases on purchases.customer_id = customers.customer_id
left join work.activity on activity.customer_id = customers.customer_id
