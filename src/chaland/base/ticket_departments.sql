-- reads:  base.ticket_lines
-- writes: work.ticket_departments
-- grain:  one row per ticket, day and department: what both cubes add up (counting distinct tickets over raw lines
--         does not spill to disk; adding up rows does)
create or replace table work.ticket_departments as
select
    ticket_id,
    customer_id,
    sold_date,
    coalesce(department, '') as department,
    coalesce(sum(quantity) filter (where is_product), 0)::decimal(18, 3) as units,
    sum(amount)::decimal(18, 4) as amount,
from base.ticket_lines
group by ticket_id, customer_id, sold_date, coalesce(department, '')
