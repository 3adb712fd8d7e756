-- reads:  insight.satisfaction_alerts, base.customers
-- writes: nothing (a question)
-- grain:  one row per customer who is not satisfied: those nobody has answered first, what is at stake first
-- params: $shops (shops judged; null for all), $waiting (only those nobody has answered), $rows, $skip
select
    alerts.customer_id,
    customers.display_name,
    alerts.shop_key,
    alerts.answered_date,
    alerts.recommendation_0_10,
    alerts.satisfaction_1_5,
    alerts.comment,
    alerts.amount_12_months,
    alerts.answered_to_date,
    alerts.open_cases,
    count(*) over () as everybody,
from insight.satisfaction_alerts as alerts
left join base.customers on customers.customer_id = alerts.customer_id
where
    ($shops::varchar[] is null or list_contains($shops::varchar[], alerts.shop_key))
    and (alerts.answered_to_date is null or not $waiting)
order by
    alerts.answered_to_date is not null,
    alerts.amount_12_months desc nulls last,
    alerts.answered_date desc,
    alerts.customer_id
limit $rows offset $skip
