-- reads:  segments.days
-- writes: segments.months
-- grain:  one row per month of the base and customer who had bought by its end
-- params: $as_of (date)
with bought as (
    select
        date_trunc('month', sold_date)::date as month,
        customer_number,
        sum(purchase_days)::integer as purchase_days,
        sum(units::double) as units,
        sum(amount_cents)::bigint as amount_cents,
    from segments.days
    group by date_trunc('month', sold_date)::date, customer_number
),

reached as (
    select
        month as from_month,
        lead(month, 1, (date_trunc('month', $as_of::date) + interval 1 month)::date)
            over (partition by customer_number order by month) as to_month,
        customer_number,
        sum(purchase_days) over until_then as purchase_days,
        sum(units) over until_then as units,
        sum(amount_cents) over until_then as amount_cents,
    from bought
    window until_then as (partition by customer_number order by month rows unbounded preceding)
),

months as (
    select unnest(generate_series(
        (select min(month) from bought), date_trunc('month', $as_of::date)::date, interval 1 month
    ))::date as month
)

select
    months.month,
    reached.customer_number,
    reached.purchase_days::integer as purchase_days,
    reached.units,
    reached.amount_cents::bigint as amount_cents,
from reached
inner join months on months.month >= reached.from_month and months.month < reached.to_month
