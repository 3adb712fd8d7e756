-- reads:  work.clean_raw
-- writes: work.clean_number_values
-- grain:  one row per distinct first six digits of a plainly French telephone; key: n
-- params: none
create or replace table work.clean_number_values as
with starts as (
    select left(phone_digits, 6) as number_start
    from work.clean_raw
    where phone_digits <> ''
    union
    select left(mobile_digits, 6) as number_start
    from work.clean_raw
    where mobile_digits <> ''
)

select
    row_number() over () as n,
    number_start,
from starts
