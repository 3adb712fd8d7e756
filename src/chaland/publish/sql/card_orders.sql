-- reads:  search_ranks, base.tickets
-- writes: cards.sqlite3 (orders), through Python
-- grain:  one row per number of a ticket or an order and customer who has it: 48 bits of the number's MD5, as
--         keys.order_number makes them of what is typed; among 64 million tickets one number in four million meets another
-- params: none
select distinct
    (md5_number_lower(lower(regexp_replace(tickets.ticket_key, '[^0-9A-Za-z]+', '', 'g'))) >> 16)::bigint as number,
    search_ranks.card,
from base.tickets
inner join search_ranks on search_ranks.customer_id = tickets.customer_id
order by number, search_ranks.card
