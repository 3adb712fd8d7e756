-- reads:  base.customers, base.tickets, base.about
-- writes: nothing (a question)
-- grain:  one row: a customer's golden record, reachability and totals
-- params: $customer_id (varchar)
with before as (
    -- the 365 days before the last 365
    select coalesce(sum(tickets.amount), 0)::decimal(18, 4) as amount_year_before
    from base.tickets
    cross join base.about
    where
        tickets.customer_id = $customer_id
        and tickets.sold_date > about.as_of - 730
        and tickets.sold_date <= about.as_of - 365
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
    customers.card_number,
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
    before.amount_year_before,
from base.customers
cross join before
where customers.customer_id = $customer_id
