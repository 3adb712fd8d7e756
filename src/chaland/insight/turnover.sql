-- reads:  base.tickets
-- writes: insight.turnover
-- grain:  one row per year that ends on an anniversary of $as_of and is wholly covered by tickets;  key: last_date
-- params: $as_of (date)
with bounds as (
    select min(sold_date) as first_sold_date
    from base.tickets
    where sold_date <= $as_of
),

years as (
    select
        ($as_of::date - to_years(ago.years::integer + 1))::date + 1 as first_date,
        ($as_of::date - to_years(ago.years::integer))::date as last_date,
    from range(0, 100) as ago (years)
    cross join bounds
    -- shops are shut on a few days: a year counts as covered when sales begin within its first week
    where ($as_of::date - to_years(ago.years::integer + 1))::date + 1 >= bounds.first_sold_date - 7
),

sums as (
    select
        years.first_date,
        years.last_date,
        coalesce(sum(tickets.amount) filter (where tickets.customer_id is not null), 0) as amount,
        coalesce(sum(tickets.amount) filter (where tickets.customer_id is null), 0) as anonymous_amount,
        count(distinct tickets.customer_id) filter (where not tickets.is_return) as customers,
        count(*) filter (where tickets.customer_id is not null and not tickets.is_return) as tickets,
    from years
    left join base.tickets on tickets.sold_date >= years.first_date and tickets.sold_date <= years.last_date
    group by years.first_date, years.last_date
),

compared as (
    select
        *,
        lag(amount) over (order by last_date) as amount_before,
        lag(customers) over (order by last_date) as customers_before,
        lag(tickets) over (order by last_date) as tickets_before,
    from sums
),

-- logarithmic mean of the two amounts: the parts then add up to the change exactly (Ang 2004, LMDI-I)
weighed as (
    select
        *,
        case
            when amount <= 0 or amount_before <= 0 or tickets = 0 or tickets_before = 0 then null
            when amount = amount_before then amount::double
            else (amount - amount_before)::double / ln(amount::double / amount_before::double)
        end as weight,
    from compared
)

select
    first_date,
    last_date,
    amount::decimal(18, 4) as amount,
    anonymous_amount::decimal(18, 4) as anonymous_amount,
    customers::integer as active_customers,
    tickets::integer as tickets,
    tickets / nullif(customers, 0)::double as frequency,
    amount::double / nullif(tickets, 0) as basket_amount,
    (amount - amount_before)::double as change_amount,
    -- a year without a purchase has no weight, and no logarithm either
    case when weight is not null then weight * ln(customers / customers_before::double) end as change_from_customers,
    case
        when weight is not null
            then weight * ln((tickets / customers::double) / (tickets_before / customers_before::double))
    end as change_from_frequency,
    case
        when weight is not null
            then weight * ln((amount::double / tickets) / (amount_before::double / tickets_before))
    end as change_from_basket,
from weighed
