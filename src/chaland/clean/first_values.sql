-- reads:  work.clean_raw, work.clean_name_splits
-- writes: work.clean_first_values
-- grain:  one row per distinct civility, first name and sex as written beside a last name; key: n
-- params: none
create or replace table work.clean_first_values as
with distinct_values as (
    select
        raw.raw_civility,
        raw.raw_first_name,
        raw.raw_sex,
    from work.clean_raw as raw
    where raw.has_two_names
    union
    select
        splits.civility as raw_civility,
        splits.first_name as raw_first_name,
        raw.raw_sex,
    from work.clean_name_splits as splits
    inner join work.clean_raw as raw on splits.n = raw.n
)

select
    row_number() over () as n,
    *,
from distinct_values
