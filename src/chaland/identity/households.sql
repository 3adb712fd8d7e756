-- reads:  identity_members
-- writes: identity.households
-- grain:  one row per household;  key: household_id
-- params: $as_of (date)
-- the head: an adult, the one most systems know, then the one with most records, then the one known first
-- who lives alone is the head of his home; only the others are ranked
with members as materialized (
    select
        customer_id,
        household_id,
        records,
        systems,
        first_seen_at,
        is_organisation,
        organisation,
        last_name,
        last_name_key,
        birth_date,
        postcode,
        city,
        insee_code,
        coalesce(birth_date > cast($as_of as date) - interval 18 year, false) as is_child
    from identity_members
),

shared as (
    select household_id
    from members
    group by household_id
    having count(*) > 1
),

housemates as materialized (
    select members.*
    from members
    semi join shared
        on members.household_id = shared.household_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by household_id
            order by is_child, systems desc, records desc, first_seen_at nulls last, customer_id
        ) as standing
    from housemates
),

-- two generations: of one name, the eldest born 16 years before the youngest
generations as (
    select distinct household_id
    from housemates
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
    from housemates
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
union all
select
    household_id,
    1 as customers,
    customer_id as head_customer_id,
    coalesce(nullif(last_name, ''), organisation) as household_name,
    postcode,
    city,
    insee_code,
    case when is_child or is_organisation then 0 else 1 end as adults,
    case when is_child then 1 else 0 end as children,
    case when is_organisation then 'organisation' else 'single' end as household_kind
from members
anti join shared
    on members.household_id = shared.household_id
