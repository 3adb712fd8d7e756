-- reads:  reference last_names
-- writes: surnames, commonest first
-- grain:  one row per surname
-- params: $last_names (path)
select name, percent
from read_parquet($last_names)
where length(name) > 1
order by rank, name
