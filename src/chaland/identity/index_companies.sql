-- reads:  clean.companies
-- writes: nothing; the company numbers that the index keeps, to see what changed
-- grain:  one row per record that gives one
-- params: none
select
    record_id,
    siren,
    siret
from clean.companies
order by record_id
