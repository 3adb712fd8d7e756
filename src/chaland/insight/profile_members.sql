-- reads:  base.tickets, base.customers
-- writes: work.profile_members
-- grain:  one row per customer who bought in a period, period and characteristic; category null when not known
-- params: $before_since, $before_until, $since, $until (dates: each period starts the day after its first)
create or replace table work.profile_members as
with active as (
    select distinct
        tickets.customer_id,
        tickets.sold_date > $since as is_after,
    from base.tickets
    where
        tickets.customer_id is not null
        and not tickets.is_return
        and (
            (tickets.sold_date > $before_since and tickets.sold_date <= $before_until)
            or (tickets.sold_date > $since and tickets.sold_date <= $until)
        )
),

persons as (
    select
        active.customer_id,
        active.is_after,
        customers.sex,
        lower(trim(customers.occupation)) as occupation,
        date_sub('year', customers.birth_date, case when active.is_after then $until else $before_until end::date) as age,
        date_sub(
            'year',
            least(customers.first_purchase_date, customers.first_seen_at::date),
            case when active.is_after then $until else $before_until end::date
        ) as years,
    from active
    left join base.customers on customers.customer_id = active.customer_id
    where not coalesce(customers.is_organisation, false)
),

banded as (
    select
        *,
        case
            when age < 0 or age > 120 then null
            when age < 18 then 'under_18'
            when age < 25 then '18_to_24'
            when age < 35 then '25_to_34'
            when age < 45 then '35_to_44'
            when age < 55 then '45_to_54'
            when age < 65 then '55_to_64'
            when age < 75 then '65_to_74'
            when age >= 75 then '75_and_over'
        end as age_band,
        case
            when years < 0 then null
            when years < 1 then 'under_1'
            when years < 3 then '1_to_2'
            when years < 6 then '3_to_5'
            when years < 11 then '6_to_10'
            when years >= 11 then 'over_10'
        end as seniority,
    from persons
)

select customer_id, is_after, 'sex' as characteristic, sex as category from banded
union all
select customer_id, is_after, 'age' as characteristic, age_band as category from banded
union all
select customer_id, is_after, 'occupation' as characteristic, nullif(occupation, '') as category from banded
union all
select customer_id, is_after, 'seniority' as characteristic, seniority as category from banded
