-- reads:  insight.satisfaction_alerts
-- writes: nothing (a question)
-- grain:  one row per shop judged, '' when none is known: its customers who are not satisfied
select
    coalesce(shop_key, '') as shop_key,
    count(*) as customers,
    count(*) filter (where answered_to_date is null) as waiting,
    coalesce(sum(amount_12_months), 0)::double as amount,
    coalesce(sum(amount_12_months) filter (where answered_to_date is null), 0)::double as amount_waiting,
from insight.satisfaction_alerts
group by coalesce(shop_key, '')
order by waiting desc, shop_key
