-- reads:  base.tickets, base.customers, base.ticket_lines, base.products
-- writes: work.loyal_customers
-- grain:  one row per customer of high potential who bought before and in the days of discovery;  key: customer_id
-- params: $level, $since, $start, $discovered, $as_of (dates: earlier purchases after $since to $start, discovery to
--         $discovered, what follows to $as_of), $by_list (customers of high potential are listed; else the best third)
create or replace table work.loyal_customers as
with days as (
    select
        tickets.customer_id,
        tickets.sold_date,
        sum(tickets.amount) as amount,
        bool_and(tickets.is_return) as is_return,
    from base.tickets
    left join base.customers on customers.customer_id = tickets.customer_id
    where
        tickets.customer_id is not null
        and tickets.sold_date > $since
        and tickets.sold_date <= $as_of
        and not coalesce(customers.is_organisation, false)
    group by tickets.customer_id, tickets.sold_date
),

known as (
    select
        customer_id,
        count(*) filter (where not is_return and sold_date <= $start) as days_before,
        date_diff('day', min(sold_date) filter (where not is_return), $start::date) as age_days,
        date_diff('day', max(sold_date) filter (where not is_return and sold_date <= $start), $start::date) as recency_days,
        coalesce(sum(amount) filter (where sold_date <= $start), 0)::double as amount_before,
        count(*) filter (where not is_return and sold_date > $start and sold_date <= $discovered) as days_during,
        count(*) filter (where not is_return and sold_date > $discovered) as days_after,
        coalesce(sum(amount) filter (where sold_date > $discovered), 0)::double as amount_after,
    from days
    group by customer_id
    having days_before > 0 and days_during > 0
),

ranked as (
    select
        known.*,
        coalesce(customers.is_high_potential, false) as is_listed,
        rank() over (order by known.amount_before desc) as place,
        count(*) over () as everybody,
    from known
    left join base.customers on customers.customer_id = known.customer_id
),

chosen as (
    select *
    from ranked
    where ($by_list and is_listed) or (not $by_list and 3 * place <= everybody + 2)
),

breadths as (
    select
        chosen.customer_id,
        count(
            distinct case $level
                when 'product' then ticket_lines.product_key
                when 'family' then products.family
                else ticket_lines.department
            end
        ) as breadth,
    from chosen
    inner join base.ticket_lines on ticket_lines.customer_id = chosen.customer_id
    left join base.products on $level = 'family' and products.product_key = ticket_lines.product_key
    where
        ticket_lines.is_product
        and ticket_lines.quantity > 0
        and ticket_lines.sold_date > $start
        and ticket_lines.sold_date <= $discovered
    group by chosen.customer_id
),

-- coarsened: fifths of what was spent and of how often (thirds where customers are few, or nobody would have his
-- like), thirds of how lately, doublings of what was done meanwhile
counted as (
    select
        *,
        case when count(*) over () >= 5000 then 5.0 else 3.0 end as classes,
    from chosen
),

coarsened as (
    select
        chosen.*,
        ceil(classes * rank() over (order by chosen.amount_before) / count(*) over ())::integer as amount_class,
        ceil(classes * rank() over (order by chosen.days_before) / count(*) over ())::integer as days_class,
        ceil(3.0 * rank() over (order by chosen.recency_days) / count(*) over ())::integer as recency_class,
        case when chosen.days_during <= 3 then chosen.days_during else 2 + floor(log2(chosen.days_during)) end::integer
            as during_class,
        case when breadths.breadth <= 3 then breadths.breadth else 2 + floor(log2(breadths.breadth)) end::integer
            as breadth_class,
    from counted as chosen
    inner join breadths on breadths.customer_id = chosen.customer_id
)

select
    customer_id,
    dense_rank() over (order by amount_class, days_class, recency_class, during_class, breadth_class) as stratum,
    -- as often as before, at the least: days of purchase per day, against those of the days he was known
    days_after::double / date_diff('day', $discovered::date, $as_of::date) >= days_before::double / greatest(age_days, 90)
        as is_loyal,
    amount_after,
    ln(1 + greatest(amount_before, 0)) as spent_before,
    ln(1 + days_before) as often_before,
    ln(1 + days_during) as often_during,
from coarsened
