-- reads:  search_ranks, search_words, base.customers, base.shops
-- writes: cards.sqlite3 (cards), through Python
-- grain:  one row per customer: what a line of results shows, and the words of his names, towns and streets
-- params: none
with told as (
    select
        card,
        any_value(array_to_string(words, ' ')) filter (where field = 'names') as names,
        any_value(array_to_string(words, ' ')) filter (where field = 'towns') as towns,
        any_value(array_to_string(words, ' ')) filter (where field = 'streets') as streets,
    from search_words
    group by card
)

select
    search_ranks.card,
    customers.customer_id,
    customers.display_name,
    customers.first_name,
    customers.last_name,
    customers.birth_name,
    customers.is_organisation,
    cast(customers.birth_date as varchar) as birth_date,
    customers.postcode,
    customers.city,
    customers.phone,
    customers.mobile,
    customers.email,
    customers.card_number,
    customers.is_card_holder,
    shops.shop_name,
    cast(customers.last_purchase_date as varchar) as last_purchase_date,
    told.names,
    told.towns,
    told.streets,
from base.customers
inner join search_ranks on search_ranks.customer_id = customers.customer_id
inner join told on told.card = search_ranks.card
left join base.shops on shops.shop_key = customers.home_shop_key
order by search_ranks.card
