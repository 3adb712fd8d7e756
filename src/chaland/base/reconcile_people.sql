-- reads:  landing.people, clean.records, identity.persons, identity.customers, identity.households, base.*
-- writes: base.reconciliation (reconcile.py tells whether what is found is what is expected)
-- grain:  one row per check: every row about a person is a record or an older version of one, and every record has
--         one customer, every customer one household
with received as (
    select system, count(*) as rows from landing.people group by system
),

kept as (
    select system, sum(versions) as rows from clean.records group by system
)

select
    'people_versions' as check_name,
    coalesce(received.system, kept.system) as subject,
    coalesce(received.rows, 0) as expected,
    coalesce(kept.rows, 0) as found,
from received
full outer join kept on kept.system = received.system
union all
select 'records' as check_name, 'identity.persons' as subject,
    (select count(*) from clean.records) as expected,
    (select count(*) from identity.persons) as found
union all
select 'records' as check_name, 'base.records' as subject,
    (select count(*) from clean.records) as expected,
    (select count(*) from base.records) as found
union all
select 'records' as check_name, 'base.customers' as subject,
    (select count(*) from clean.records) as expected,
    (select coalesce(sum(records), 0) from base.customers) as found
union all
select 'customers' as check_name, 'base.customers' as subject,
    (select count(distinct customer_id) from identity.persons) as expected,
    (select count(*) from base.customers) as found
union all
select 'customers' as check_name, 'base.households' as subject,
    (select count(*) from base.customers) as expected,
    (select coalesce(sum(customers), 0) from base.households) as found
union all
select 'households' as check_name, 'base.households' as subject,
    (select count(distinct household_id) from identity.persons) as expected,
    (select count(*) from base.households) as found
