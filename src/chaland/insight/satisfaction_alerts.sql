-- reads:  base.surveys, base.customers, base.contacts, insight.clv
-- writes: insight.satisfaction_alerts
-- grain:  one row per customer whose latest answer of the window is not satisfied;  key: customer_id
-- params: $since, $as_of (dates)
with latest as (
    select *
    from base.surveys
    where
        customer_id is not null
        and answered_at::date > $since
        and answered_at::date <= $as_of
        and (recommendation_0_10 between 0 and 10 or satisfaction_1_5 between 1 and 5)
    qualify row_number() over (partition by customer_id order by answered_at desc, survey_id desc) = 1
),

contacted as (
    select
        latest.customer_id,
        min(contacts.contacted_at)::date as answered_to_date,
    from latest
    inner join base.contacts on contacts.customer_id = latest.customer_id
    where
        contacts.direction = 'out'
        and contacts.contacted_at > latest.answered_at
        and contacts.contacted_at::date <= $as_of
    group by latest.customer_id
)

select
    latest.customer_id,
    latest.survey_id,
    latest.shop_key,
    latest.answered_at::date as answered_date,
    date_diff('day', latest.answered_at::date, $as_of::date)::integer as days_since,
    case when latest.recommendation_0_10 between 0 and 10 then latest.recommendation_0_10 end as recommendation_0_10,
    case when latest.satisfaction_1_5 between 1 and 5 then latest.satisfaction_1_5 end as satisfaction_1_5,
    nullif(trim(latest.comment), '') as comment,
    customers.amount_12_months,
    clv.value_12_months,
    contacted.answered_to_date,
    customers.open_cases,
from latest
left join base.customers on customers.customer_id = latest.customer_id
left join insight.clv on clv.customer_id = latest.customer_id
left join contacted on contacted.customer_id = latest.customer_id
where
    coalesce(latest.recommendation_0_10 between 0 and 6, false) or coalesce(latest.satisfaction_1_5 between 1 and 2, false)
