-- reads:  base.ticket_lines
-- writes: nothing (a question)
-- grain:  one row per ticket of a customer: its departments, that of the largest amount first
-- params: $first_id, $last_id (varchar): customers, both included; $ticket_ids (varchar[]; null for all)
with by_department as (
    select
        customer_id,
        ticket_id,
        department,
        sum(abs(amount)) as amount,
    from base.ticket_lines
    where
        customer_id between $first_id and $last_id
        and department is not null
        and ($ticket_ids is null or list_contains($ticket_ids, ticket_id))
    group by customer_id, ticket_id, department
)

select
    customer_id,
    ticket_id,
    list_transform(
        -- sorted as a list: an ordered aggregate costs ten times more
        list_sort(list({'rank': -amount, 'department': department})), lambda one: one.department
    ) as departments,
from by_department
group by customer_id, ticket_id
order by customer_id, ticket_id
