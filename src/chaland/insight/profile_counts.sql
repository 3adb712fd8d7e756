-- reads:  work.profile_members
-- writes: nothing (a query)
-- grain:  one row per characteristic, category before and category after: customers; null where he is in one period only
--         (is_before, is_after tell) or where his category is not known
-- params: $most (categories told of a characteristic; the others are put together)
with common as (
    select
        characteristic,
        category,
    from work.profile_members
    where category is not null
    group by characteristic, category
    qualify row_number() over (partition by characteristic order by count(*) desc, category) <= $most
),

members as (
    select
        profile_members.characteristic,
        profile_members.customer_id,
        profile_members.is_after,
        case
            when profile_members.category is not null then coalesce(common.category, 'others')
        end as category,
    from work.profile_members
    left join common
        on common.characteristic = profile_members.characteristic and common.category = profile_members.category
),

befores as (
    select * from members where not is_after
),

afters as (
    select * from members where is_after
)

select
    coalesce(befores.characteristic, afters.characteristic) as characteristic,
    befores.characteristic is not null as is_before,
    afters.characteristic is not null as is_after,
    befores.category as category_before,
    afters.category as category_after,
    count(*) as customers,
from befores
full join afters on afters.characteristic = befores.characteristic and afters.customer_id = befores.customer_id
group by all
order by all
