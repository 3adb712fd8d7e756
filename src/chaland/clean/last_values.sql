-- reads:  work.clean_raw, work.clean_name_splits
-- writes: work.clean_last_values
-- grain:  one row per distinct last name or birth name as written beside a first name; key: n
-- params: none
create or replace table work.clean_last_values as
with distinct_values as (
    select raw.raw_last_name
    from work.clean_raw as raw
    where raw.has_two_names
    union
    select raw.raw_birth_name as raw_last_name
    from work.clean_raw as raw
    where raw.has_two_names and raw.raw_birth_name <> ''
    union
    select last_name as raw_last_name
    from work.clean_name_splits
)

select
    row_number() over () as n,
    *,
from distinct_values
