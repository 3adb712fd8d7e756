-- reads:  nothing
-- writes: base.tickets
-- grain:  one row per ticket: 240 customers, each at a rhythm of his own over the 720 days to $as_of, one shop of two
--         or the web shop
-- params: $as_of (date)
with visits as (
    select
        customer,
        visit,
        $as_of::date - 719 + (customer * 3 % 90 + visit * (20 + customer * 7 % 80))::integer as sold_date,
    from range(240) as customers(customer)
    cross join range(30) as visits(visit)
    where visit <= 2 + customer % 11
)

select
    'sample:' || customer || '-' || visit as ticket_id,
    customer || '-' || visit as ticket_key,
    'sample' as source,
    'c' || lpad(customer::varchar, 3, '0') as customer_id,
    case when (customer + visit) % 5 > 0 then if(customer % 2 = 0, 'north', 'south') end as shop_key,
    if((customer + visit) % 5 > 0, 'shop', 'web') as channel,
    false as is_return,
    2 as lines,
    2 as units,
    (10 + customer % 40) * 2 as amount,
    sold_date::timestamp + interval 11 hour as sold_at,
    sold_date,
from visits
where sold_date <= $as_of
