-- reads:  work.ticket_departments, work.sales
-- writes: base.sales_days
-- grain:  one row per day, shop, channel and department;  key: sold_date, shop_key, channel, department
--         Sums are cast: a stored HUGEINT reads thirty times slower.
select
    departments.sold_date,
    coalesce(sales.shop_key, '') as shop_key,
    sales.channel,
    departments.department,
    count(*)::integer as tickets,
    count(departments.customer_id)::integer as identified_tickets,
    sum(departments.units)::decimal(18, 3) as units,
    sum(departments.amount)::decimal(18, 4) as amount,
    coalesce(sum(departments.amount) filter (where departments.customer_id is not null), 0)::decimal(18, 4)
        as identified_amount,
from work.ticket_departments as departments
inner join work.sales on sales.ticket_id = departments.ticket_id
group by
    departments.sold_date,
    coalesce(sales.shop_key, ''),
    sales.channel,
    departments.department
