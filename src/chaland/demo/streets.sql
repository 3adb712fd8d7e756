-- reads:  reference streets
-- writes: street labels that a cp1252 file can hold and an address line can carry
-- grain:  one row per street label
-- params: $streets (path)
select street, n
from read_parquet($streets)
where regexp_full_match(street, '[A-Za-zÀ-ÿœŒ0-9''’. -]+') and length(street) <= 30
order by street
