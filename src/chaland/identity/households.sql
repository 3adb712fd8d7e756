-- reads:  identity.customers
-- writes: identity.households
-- grain:  one row per household;  key: household_id
-- params: $as_of (date)
-- the head: an adult, the one most systems know, then the one with most records, then the one known first
with members as (
    select
        *,
        coalesce(birth_date > cast($as_of as date) - interval 18 year, false) as is_child
    from identity.customers
),

ranked as (
    select
        *,
        row_number() over (
            partition by household_id
            order by is_child, systems desc, records desc, first_seen_at nulls last, customer_id
        ) as standing
    from members
),

-- two generations: of one name, the eldest born 16 years before the youngest
generations as (
    select distinct household_id
    from members
    where last_name_key is not null and not is_organisation
    group by household_id, last_name_key
    having min(birth_date) + interval 16 year < max(birth_date)
),

named as (
    select
        household_id,
        cast(count(*) as integer) as customers,
        cast(count(*) filter (where not is_child and not is_organisation) as integer) as adults,
        cast(count(*) filter (where is_child) as integer) as children,
        bool_and(is_organisation) as is_organisation,
        list_sort(list_distinct(list(last_name) filter (where last_name is not null))) as last_names
    from members
    group by household_id
)

select
    ranked.household_id,
    named.customers,
    ranked.customer_id as head_customer_id,
    coalesce(nullif(array_to_string(named.last_names, ' / '), ''), ranked.organisation) as household_name,
    ranked.postcode,
    ranked.city,
    ranked.insee_code,
    named.adults,
    named.children,
    case
        when named.is_organisation then 'organisation'
        when named.customers = 1 then 'single'
        when named.children > 0 or generations.household_id is not null then 'family'
        when named.customers = 2 then 'couple'
        else 'other'
    end as household_kind
from ranked
inner join named
    on ranked.household_id = named.household_id
left join generations
    on ranked.household_id = generations.household_id
where ranked.standing = 1
