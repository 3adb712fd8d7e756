-- reads:  search_ranks, base.customers, base.customer_values, base.shops
-- writes: cards.sqlite3 (cards, names, words), through Python
-- grain:  one row per customer: what a line of results shows, and every name, town and street he is found under
-- params: none
with other_values as (
    select
        customer_id,
        string_agg(value, ' ' order by value) filter (where field in ('name', 'organisation')) as names,
        string_agg(value, ' ' order by value) filter (where field = 'address') as streets,
    from base.customer_values
    where field in ('name', 'organisation', 'address')
    group by customer_id
)

select
    search_ranks.card,
    customers.customer_id,
    customers.display_name,
    customers.first_name,
    customers.last_name,
    customers.birth_name,
    customers.is_organisation,
    customers.birth_date,
    customers.postcode,
    customers.city,
    customers.phone,
    customers.mobile,
    customers.email,
    customers.card_number,
    customers.is_card_holder,
    shops.shop_name,
    customers.last_purchase_date,
    concat_ws(
        ' ',
        customers.first_name,
        customers.last_name,
        customers.birth_name,
        customers.organisation,
        -- LE GOFF is also found under LEGOFF, and JEAN PIERRE under JEANPIERRE
        replace(customers.last_name_key, ' ', ''),
        replace(customers.first_name_key, ' ', ''),
        other_values.names
    ) as names,
    concat_ws(' ', customers.postcode, customers.city, replace(customers.city, ' ', '')) as towns,
    concat_ws(' ', customers.street, other_values.streets) as streets,
from base.customers
inner join search_ranks on search_ranks.customer_id = customers.customer_id
left join other_values on other_values.customer_id = customers.customer_id
left join base.shops on shops.shop_key = customers.home_shop_key
order by search_ranks.card
