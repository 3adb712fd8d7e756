-- reads:  work.clean_halves
-- writes: work.clean_number_values
-- grain:  one row per distinct first six digits of a plainly French telephone; key: n
-- params: none
create or replace table work.clean_number_values as
with starts as (
    select left(phone, 6) as number_start
    from work.clean_halves
    where phone <> ''
    union
    select left(mobile, 6) as number_start
    from work.clean_halves
    where mobile <> ''
)

select
    row_number() over () as n,
    number_start,
from starts
