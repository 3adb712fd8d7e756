-- reads:  base.tickets, base.customers, base.web_events
-- writes: nothing (a query)
-- grain:  one row per stratum of earlier behaviour and way of using the channels: what those persons did afterwards
-- params: $since, $start, $as_of (dates: earlier period after $since to $start, later one to $as_of)
with bought as (
    select
        tickets.*,
        sold_date <= $start as is_before,
    from base.tickets
    left join base.customers on customers.customer_id = tickets.customer_id
    where
        tickets.customer_id is not null
        and tickets.sold_date > $since
        and tickets.sold_date <= $as_of
        and not coalesce(customers.is_organisation, false)
),

seen as (
    select distinct customer_id
    from base.web_events
    where customer_id is not null and occurred_at::date > $since and occurred_at::date <= $start
),

persons as (
    select
        customer_id,
        count(*) filter (where is_before and not is_return) as tickets_before,
        coalesce(sum(amount) filter (where is_before), 0)::decimal(18, 4) as amount_before,
        date_diff('day', max(sold_date) filter (where is_before and not is_return), $start::date) as recency_days,
        coalesce(bool_or(channel = 'shop') filter (where is_before and not is_return), false) as in_shop,
        coalesce(bool_or(channel = 'web') filter (where is_before and not is_return), false) as on_line,
        count(*) filter (where not is_before and not is_return) > 0 as is_active,
        coalesce(sum(amount) filter (where not is_before), 0)::decimal(18, 4) as amount_after,
    from bought
    group by customer_id
    having tickets_before > 0
),

classed as (
    select
        persons.*,
        case
            when persons.in_shop and persons.on_line then 'both'
            when persons.on_line then 'web_only'
            when seen.customer_id is not null then 'shop_informed'
            else 'shop_only'
        end as channel_group,
        ceil(5.0 * rank() over (order by persons.amount_before) / count(*) over ())::integer as amount_class,
        ceil(3.0 * rank() over (order by persons.recency_days) / count(*) over ())::integer as recency_class,
        case when persons.tickets_before <= 3 then persons.tickets_before else 2 + floor(log2(persons.tickets_before)) end
            as tickets_class,
    from persons
    left join seen on seen.customer_id = persons.customer_id
)

select
    channel_group,
    dense_rank() over (order by amount_class, recency_class, tickets_class) as stratum,
    count(*) as customers,
    count(*) filter (where is_active) as active,
    sum(tickets_before) as tickets_before,
    -- decimals add up the same in any order
    sum(amount_before)::double as amount_before,
    sum(amount_after)::double as amount_after,
    -- nineteen digits: eighteen times eighteen would be kept in eighteen, and a business of 100 000 € overflow
    sum(amount_after::decimal(19, 4) * amount_after::decimal(19, 4))::double as squares_after,
from classed
group by channel_group, amount_class, recency_class, tickets_class
order by channel_group, stratum
