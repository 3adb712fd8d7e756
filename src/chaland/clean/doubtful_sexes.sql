-- reads:  clean.records
-- writes: work.clean_sex_values
-- grain:  one row per distinct first name, and year of birth, of those whose sex is not known; key: n
-- params: none
create or replace table work.clean_sex_values as
with distinct_values as (
    select distinct
        first_name_key,
        cast(birth_year as varchar) as birth_year,
    from clean.records
    where sex is null and first_name_key is not null and not is_organisation and civility is distinct from 'M+MME'
)

select
    row_number() over () as n,
    first_name_key,
    coalesce(birth_year, '') as birth_year,
from distinct_values
