-- reads:  work.loyal_customers
-- writes: insight.loyal_population
-- grain:  one row
-- params: $basis (list or amount), $since, $start, $discovered, $as_of (dates)
select
    $basis as basis,
    count(*)::integer as customers,
    count(distinct stratum)::integer as strata,
    avg(is_loyal::integer) as loyal_ratio,
    avg(amount_after) as mean_amount_after,
    $since::date + 1 as before_from_date,
    $start::date as before_to_date,
    $discovered::date as discovery_to_date,
    $as_of::date as after_to_date,
from work.loyal_customers
