-- reads:  base.sales_days
-- writes: nothing (a question)
-- grain:  one row per month of the 24 that end with the last sale, with what was sold, all and to known customers;
--         months without a sale are there, at zero
-- params: none
with months as (
    select unnest(
        generate_series(
            date_trunc('month', max(sold_date)) - interval 23 month, date_trunc('month', max(sold_date)), interval 1 month
        )
    )::date as sold_month,
    from base.sales_days
),

sales as (
    select
        date_trunc('month', sold_date)::date as sold_month,
        sum(amount) as amount,
        sum(identified_amount) as identified_amount,
    from base.sales_days
    group by date_trunc('month', sold_date)
)

select
    months.sold_month,
    coalesce(sales.amount, 0)::decimal(18, 2) as amount,
    coalesce(sales.identified_amount, 0)::decimal(18, 2) as identified_amount,
from months
left join sales on sales.sold_month = months.sold_month
order by months.sold_month
