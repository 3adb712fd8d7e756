-- reads:  base.ticket_lines
-- writes: nothing (a question)
-- grain:  one row per ticket and department, the largest amount first
-- params: $customer_id (varchar), $ticket_ids (varchar[])
select
    ticket_id,
    department,
from base.ticket_lines
where
    customer_id = $customer_id
    and department is not null
    and list_contains($ticket_ids, ticket_id)
group by ticket_id, department
order by ticket_id, sum(abs(amount)) desc, department
