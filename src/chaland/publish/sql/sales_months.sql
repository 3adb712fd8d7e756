-- reads:  base.sales_days, base.about
-- writes: nothing (a question)
-- grain:  one row per month of the 24 that end with as_of, with what was sold, all and to known customers
-- params: none
select
    date_trunc('month', sales_days.sold_date)::date as sold_month,
    sum(sales_days.amount)::decimal(18, 2) as amount,
    sum(sales_days.identified_amount)::decimal(18, 2) as identified_amount,
from base.sales_days
cross join base.about
where sales_days.sold_date > date_trunc('month', about.as_of) - interval 23 month - interval 1 day
group by date_trunc('month', sales_days.sold_date)
order by sold_month
