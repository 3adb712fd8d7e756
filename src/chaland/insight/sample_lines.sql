-- reads:  base.tickets
-- writes: base.ticket_lines
-- grain:  two rows per ticket: plants go with soil, a quarter of the time with paint
-- params: none
with numbered as (
    select
        *,
        split_part(ticket_key, '-', 1)::integer as customer,
        split_part(ticket_key, '-', 2)::integer as visit,
    from base.tickets
)

select
    numbered.ticket_id,
    line_number::integer as line_number,
    numbered.customer_id,
    case
        when line_number = 1 then if(customer % 3 = 0, 'lamp', 'rose')
        when (customer + visit) % 4 = 0 then 'paint'
        else if(customer % 3 = 0, 'bulb', 'soil')
    end as product_key,
    case
        when line_number = 1 then if(customer % 3 = 0, 'Light', 'Garden')
        when (customer + visit) % 4 = 0 then 'Paint'
        else if(customer % 3 = 0, 'Light', 'Garden')
    end as department,
    1 as quantity,
    numbered.amount / 2 as amount,
    true as is_product,
    numbered.sold_date,
    'sample' as file,
    1 as line,
from numbered
cross join range(1, 3) as lines(line_number)
