-- reads:  base.tickets
-- writes: nothing (a query)
-- grain:  one row: the day looked from
-- params: $as_of (date)
-- sources that stopped earlier are no silence of the customers: nothing is known of the days after the last ticket
select least($as_of::date, coalesce(max(sold_date), $as_of::date)) as looked_from_date
from base.tickets
where sold_date <= $as_of
