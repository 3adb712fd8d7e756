-- reads:  reference first_names
-- writes: first names that a cp1252 file can hold, of the years of birth of adults
-- grain:  one row per name, sex and five years of birth
-- params: $first_names (path)
select name, sex, born_from_year, births
from read_parquet($first_names)
where born_from_year between 1930 and 2005
    and births >= 20
    and length(name) > 1
    and regexp_full_match(name, '[A-Za-zÀ-ÿœŒ''-]+')
order by sex, born_from_year, births desc, name
