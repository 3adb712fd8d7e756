-- reads:  identity.customers
-- writes: identity.households
-- grain:  one row per household;  key: household_id
-- params: none
-- the head: the customer most systems know, then the one with most records, then the one known first
with ranked as (
    select
        *,
        row_number() over (
            partition by household_id
            order by systems desc, records desc, first_seen_at nulls last, customer_id
        ) as standing
    from identity.customers
),

named as (
    select
        household_id,
        cast(count(*) as integer) as customers,
        list_sort(list_distinct(list(last_name) filter (where last_name is not null))) as last_names
    from identity.customers
    group by household_id
)

select
    ranked.household_id,
    named.customers,
    ranked.customer_id as head_customer_id,
    coalesce(nullif(array_to_string(named.last_names, ' / '), ''), ranked.organisation) as household_name,
    ranked.postcode,
    ranked.city,
    ranked.insee_code
from ranked
inner join named
    on ranked.household_id = named.household_id
where ranked.standing = 1
