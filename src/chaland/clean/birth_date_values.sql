-- reads:  work.clean_raw
-- writes: work.clean_birth_date_values
-- grain:  one row per distinct birth date as written; key: n
-- params: none
create or replace table work.clean_birth_date_values as
with distinct_values as (
    select distinct raw_birth_date
    from work.clean_raw
)

select
    row_number() over () as n,
    raw_birth_date,
from distinct_values
