-- reads:  base.tickets
-- writes: nothing (a question)
-- grain:  one row per year in which a customer bought
-- params: $customer_id (varchar)
select
    year(sold_date)::integer as sold_year,
    count(*) filter (where not is_return)::integer as tickets,
    sum(amount)::decimal(18, 2) as amount,
from base.tickets
where customer_id = $customer_id
group by year(sold_date)
order by sold_year desc
