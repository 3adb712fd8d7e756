-- reads:  search_ranks, base.customers, base.contact_points, base.records, base.customer_aliases, base.projects,
--         base.cases
-- writes: search_values (temporary)
-- grain:  one row per customer, kind of key and value: all that finds him exactly, as the base writes it
-- params: none
create or replace temp table search_values as
with contacts as (
    select customer_id, case when channel = 'email' then 'email' else 'phone' end as kind, value
    from base.contact_points
    where channel in ('phone', 'mobile', 'email')
),

chosen as (
    select customer_id, unnest(['phone', 'phone', 'email', 'card']) as kind, unnest([phone, mobile, email, card_number]) as value
    from base.customers
),

card_numbers as (
    select customer_id, 'card' as kind, card_number as value
    from base.records
),

ids as (
    select customer_id, 'id' as kind, customer_id as value
    from base.customers
),

old_ids as (
    select customer_id, 'id' as kind, old_customer_id as value
    from base.customer_aliases
),

project_numbers as (
    -- the id is the source's name, a colon, and its number
    select customer_id, 'project' as kind, substr(project_id, length(source) + 2) as value
    from base.projects
),

case_numbers as (
    select customer_id, 'case' as kind, substr(case_id, length(source) + 2) as value
    from base.cases
),

every_key as (
    select * from contacts
    union all
    select * from chosen
    union all
    select * from card_numbers
    union all
    select * from ids
    union all
    select * from old_ids
    union all
    select * from project_numbers
    union all
    select * from case_numbers
)

select distinct
    every_key.kind,
    every_key.value,
    search_ranks.card,
from every_key
inner join search_ranks on search_ranks.customer_id = every_key.customer_id
where every_key.value is not null
