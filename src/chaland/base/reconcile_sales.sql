-- reads:  landing.ticket_lines, landing.counts, work.sales, base.tickets, base.ticket_lines, base.sales_days,
--         base.customers
-- writes: base.reconciliation (reconcile.py tells whether what is found is what is expected)
-- grain:  one row per check and source: tickets, lines and turnover, to the cent
-- params: $as_of (date)
with received_tickets as (
    select
        source,
        ticket_key,
        count(*) as lines,
        sum(amount) as amount,
    from landing.ticket_lines
    group by source, ticket_key
),

received as (
    select
        source,
        sum(lines) as lines,
        count(*) as tickets,
        sum(amount) as amount,
    from received_tickets
    group by source
),

headers as (
    select
        source,
        count(*) as tickets,
        sum(lines) as lines,
        sum(amount) as amount,
    from base.tickets
    group by source
),

details as (
    select
        tickets.source,
        count(*) as lines,
        sum(ticket_lines.amount) as amount,
    from base.ticket_lines
    inner join base.tickets on tickets.ticket_id = ticket_lines.ticket_id
    group by tickets.source
),

by_source as (
    select
        received.*,
        coalesce(headers.tickets, 0) as header_tickets,
        coalesce(headers.lines, 0) as header_lines,
        coalesce(headers.amount, 0) as header_amount,
        coalesce(details.lines, 0) as detail_lines,
        coalesce(details.amount, 0) as detail_amount,
    from received
    left join headers on headers.source = received.source
    left join details on details.source = received.source
)

select 'ticket_lines' as check_name, source as subject, lines as expected, detail_lines as found
from by_source
union all
select 'ticket_lines_in_tickets' as check_name, source as subject, lines as expected, header_lines as found
from by_source
union all
select 'tickets' as check_name, source as subject, tickets as expected, header_tickets as found
from by_source
union all
select 'turnover_in_lines' as check_name, source as subject, amount as expected, detail_amount as found
from by_source
union all
select 'turnover_in_tickets' as check_name, source as subject, amount as expected, header_amount as found
from by_source
union all
select 'turnover_received' as check_name, counts.source as subject,
    counts.amount as expected, coalesce(received.amount, 0) as found
from landing.counts
left join received on received.source = counts.source
where counts.amount is not null
union all
select 'turnover_in_days' as check_name, 'base.sales_days' as subject,
    (select coalesce(sum(amount), 0) from received) as expected,
    (select coalesce(sum(amount), 0) from base.sales_days) as found
union all
select 'turnover_of_customers' as check_name, 'base.customers' as subject,
    (select coalesce(sum(amount), 0) from work.sales where customer_id is not null and sold_date <= $as_of) as expected,
    (select coalesce(sum(amount_total), 0) from base.customers) as found
union all
select 'tickets_with_a_person' as check_name, 'base.tickets' as subject,
    (select count(*) from work.sales where has_person_key) as expected,
    (select count(*) from work.sales where customer_id is not null) as found
