-- reads:  base.customers, base.tickets, base.households, base.about
-- writes: nothing (a question)
-- grain:  one row: a customer's golden record, reachability and totals
-- params: $first_id, $last_id (varchar): customers, both included
with before as (
    -- the 365 days before the last 365
    select
        tickets.customer_id,
        sum(tickets.amount) as amount,
    from base.tickets
    cross join base.about
    where
        tickets.customer_id between $first_id and $last_id
        and tickets.sold_date > about.as_of - 730
        and tickets.sold_date <= about.as_of - 365
    group by tickets.customer_id
)

select
    customers.customer_id,
    customers.household_id,
    customers.display_name,
    customers.is_organisation,
    customers.organisation,
    customers.civility,
    customers.first_name,
    customers.last_name,
    customers.birth_name,
    customers.sex,
    customers.birth_date,
    customers.age_years,
    customers.address_line_2,
    customers.address_line_3,
    customers.address_line_4,
    customers.address_line_5,
    customers.address_line_6,
    customers.postcode,
    customers.city,
    customers.country,
    customers.phone,
    customers.mobile,
    customers.email,
    -- a snapshot older than tiers has no column for them
    columns(c -> c in ('card_number', 'card_tier')),
    customers.occupation,
    customers.is_card_holder,
    customers.is_bad_payer,
    customers.is_high_potential,
    customers.can_post,
    customers.can_phone,
    customers.can_sms,
    customers.can_email,
    customers.can_post_reason,
    customers.can_phone_reason,
    customers.can_sms_reason,
    customers.can_email_reason,
    customers.first_seen_at,
    customers.first_purchase_date,
    customers.last_purchase_date,
    customers.tickets,
    customers.amount_total,
    customers.amount_12_months,
    customers.points_balance,
    customers.open_cases,
    customers.projects,
    customers.records,
    customers.systems,
    customers.weakest_link_bits,
    customers.home_shop_key,
    coalesce(before.amount, 0)::decimal(18, 4) as amount_year_before,
    households.household_name,
    households.customers as household_customers,
    households.amount_12_months as household_amount_12_months,
from base.customers
left join before on before.customer_id = customers.customer_id
left join base.households on households.household_id = customers.household_id
where customers.customer_id between $first_id and $last_id
order by customers.customer_id
