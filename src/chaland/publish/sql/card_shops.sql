-- reads:  search_ranks, base.customers, base.tickets
-- writes: cards.sqlite3 (card_shops), through Python
-- grain:  one row per card and shop: the home shop, and each shop the customer bought in
-- params: none
with visited as (
    select
        customer_id,
        home_shop_key as shop_key,
    from base.customers
    where home_shop_key is not null
    union
    select
        customer_id,
        shop_key,
    from base.tickets
    where customer_id is not null and shop_key is not null
)

select
    search_ranks.card,
    visited.shop_key,
from visited
inner join search_ranks on search_ranks.customer_id = visited.customer_id
order by search_ranks.card, visited.shop_key
