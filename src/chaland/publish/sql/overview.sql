-- reads:  base.about, base.customers, base.households, base.records, base.tickets, base.sales_days
-- writes: nothing (a question)
-- grain:  one row: the base in a few figures; amounts over the 365 days to as_of
-- params: none
with days as (
    select
        sum(sales_days.amount)::decimal(18, 2) as amount,
        sum(sales_days.identified_amount)::decimal(18, 2) as identified_amount,
        sum(sales_days.amount) filter (where sales_days.sold_date > about.as_of - 365)::decimal(18, 2) as amount_12_months,
        sum(sales_days.identified_amount) filter (where sales_days.sold_date > about.as_of - 365)::decimal(18, 2)
            as identified_amount_12_months,
        min(sales_days.sold_date) as first_sale_date,
        max(sales_days.sold_date) as last_sale_date,
    from base.sales_days
    cross join base.about
),

people as (
    select
        count(*)::bigint as customers,
        count(*) filter (where is_card_holder)::bigint as card_holders,
        count(*) filter (where can_post)::bigint as can_post,
        count(*) filter (where can_phone)::bigint as can_phone,
        count(*) filter (where can_sms)::bigint as can_sms,
        count(*) filter (where can_email)::bigint as can_email,
        count(*) filter (where systems > 1)::bigint as joined_customers,
    from base.customers
)

select
    about.base_name,
    about.currency,
    about.as_of,
    about.detail,
    about.chaland_version,
    people.customers,
    people.card_holders,
    people.joined_customers,
    people.can_post,
    people.can_phone,
    people.can_sms,
    people.can_email,
    (select count(*) from base.households)::bigint as households,
    (select count(*) from base.records)::bigint as records,
    (select count(*) from base.tickets)::bigint as tickets,
    (select count(customer_id) from base.tickets)::bigint as identified_tickets,
    coalesce(days.amount, 0) as amount,
    coalesce(days.identified_amount, 0) as identified_amount,
    coalesce(days.amount_12_months, 0) as amount_12_months,
    coalesce(days.identified_amount_12_months, 0) as identified_amount_12_months,
    days.first_sale_date,
    days.last_sale_date,
from base.about
cross join people
cross join days
