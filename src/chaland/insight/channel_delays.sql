-- reads:  work.channel_purchases
-- writes: insight.channel_delays
-- grain:  one row per direction and number of days;  key: direction, days
select
    direction,
    days_before::integer as days,
    count(*) as purchases,
from work.channel_purchases
where department = '' and days_before is not null
group by direction, days_before
