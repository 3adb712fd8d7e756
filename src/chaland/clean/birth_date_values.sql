-- reads:  work.clean_raw, work.clean_habits
-- writes: work.clean_birth_date_values
-- grain:  one row per distinct birth date as written and order its source writes days and months in; key: n
-- params: none
create or replace table work.clean_birth_date_values as
with distinct_values as (
    select distinct
        raw_birth_date,
        coalesce(date_order, '') as date_order,
    from work.clean_raw
    left join work.clean_habits using (source)
)

select
    row_number() over () as n,
    raw_birth_date,
    date_order,
from distinct_values
