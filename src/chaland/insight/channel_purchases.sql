-- reads:  base.tickets, base.ticket_lines, base.web_events
-- writes: work.channel_purchases
-- grain:  one row per direction, identified purchase and department bought, or department empty for the whole purchase
-- params: $as_of (date), $days
create or replace table work.channel_purchases as
with sold as (
    select distinct
        tickets.ticket_id,
        tickets.customer_id,
        tickets.channel,
        tickets.sold_at,
        ticket_lines.department,
    from base.tickets
    inner join base.ticket_lines on ticket_lines.ticket_id = tickets.ticket_id
    where
        tickets.customer_id is not null
        and not tickets.is_return
        and tickets.sold_date <= $as_of
        and ticket_lines.is_product
        and ticket_lines.quantity > 0
        and ticket_lines.department is not null
),

-- an order confirmed is no visit that informs; nor is a page of no department
looked as (
    select distinct
        customer_id,
        department,
        occurred_at as seen_at,
    from base.web_events
    where customer_id is not null and department is not null and ticket_key is null and occurred_at::date <= $as_of
),

touches as (
    select 'web_to_shop' as direction, customer_id, department, seen_at from looked
    union all
    select 'shop_to_web' as direction, customer_id, department, sold_at as seen_at from sold where channel = 'shop'
),

-- days before and after must be known for a purchase to be judged
known as (
    select
        direction,
        min(seen_at) + to_days($days::integer) as since,
    from touches
    group by direction
),

purchases as (
    select
        known.direction,
        sold.*,
    from sold
    inner join known
        on known.direction = case when sold.channel = 'web' then 'shop_to_web' else 'web_to_shop' end
    where sold.sold_at >= known.since and sold.sold_at::date + $days::integer <= $as_of
),

-- whoever uses one channel only has nothing to be put in order
informed as (
    select distinct direction, customer_id
    from touches
),

buyers as (
    select distinct direction, customer_id
    from purchases
),

placed as (
    select
        purchases.direction,
        purchases.customer_id,
        purchases.department,
        purchases.sold_at as moment,
        purchases.ticket_id,
        null::timestamp as seen_at,
    from purchases
    semi join informed on informed.direction = purchases.direction and informed.customer_id = purchases.customer_id
    union all
    select
        touches.direction,
        touches.customer_id,
        touches.department,
        touches.seen_at as moment,
        null as ticket_id,
        touches.seen_at,
    from touches
    semi join buyers on buyers.direction = touches.direction and buyers.customer_id = touches.customer_id
),

neighbours as (
    select
        direction,
        ticket_id,
        customer_id,
        department,
        moment as sold_at,
        max(seen_at) over (
            partition by direction, customer_id, department order by moment
            groups between unbounded preceding and 1 preceding
        ) as before_at,
        min(seen_at) over (
            partition by direction, customer_id, department order by moment
            groups between 1 following and unbounded following
        ) as after_at,
    from placed
),

judged as (
    select
        direction,
        ticket_id,
        customer_id,
        department,
        case
            when before_at >= sold_at - to_days($days::integer) then date_diff('day', before_at::date, sold_at::date)
        end as days_before,
        coalesce(after_at <= sold_at + to_days($days::integer), false) as is_followed,
    from neighbours
    where ticket_id is not null
    union all
    select
        purchases.direction,
        purchases.ticket_id,
        purchases.customer_id,
        purchases.department,
        null as days_before,
        false as is_followed,
    from purchases
    anti join informed on informed.direction = purchases.direction and informed.customer_id = purchases.customer_id
)

select direction, ticket_id, customer_id, department, days_before, is_followed from judged
union all
select
    direction,
    ticket_id,
    any_value(customer_id) as customer_id,
    '' as department,
    min(days_before) as days_before,
    bool_or(is_followed) as is_followed,
from judged
group by direction, ticket_id
