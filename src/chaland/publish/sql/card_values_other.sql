-- reads:  search_values
-- writes: cards.sqlite3 (keys), through Python
-- grain:  one row per customer, kind of key and value that holds a sign other than ASCII's
-- params: none
select
    kind,
    value,
    card,
from search_values
where strlen(value) > length(value)
order by value, kind, card
