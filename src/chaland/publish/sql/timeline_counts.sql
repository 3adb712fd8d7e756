-- reads:  base.tickets, base.contacts, base.cases, base.surveys, base.projects
-- writes: nothing (a question)
-- grain:  one row per kind of event that may be too long to be read whole: how many a customer has
-- params: $customer_id (varchar)
select 'ticket' as kind, count(*)::integer as events from base.tickets where customer_id = $customer_id and not is_return
union all
select 'return', count(*)::integer from base.tickets where customer_id = $customer_id and is_return
union all
select 'contact', count(*)::integer from base.contacts where customer_id = $customer_id
union all
select 'case', count(*)::integer from base.cases where customer_id = $customer_id
union all
select 'survey', count(*)::integer from base.surveys where customer_id = $customer_id
union all
select 'project', count(*)::integer from base.projects where customer_id = $customer_id
