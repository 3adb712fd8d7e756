-- reads:  reference communes
-- writes: lines of externe/communes.csv
-- grain:  one row per commune in force
-- params: $communes (path)
select insee_code || ';' || city || ';' || population || chr(10) as line
from read_parquet($communes)
where kind = 'commune' and population is not null
order by insee_code
