-- reads:  work.clean_raw, work.clean_name_rows, work.clean_habits
-- writes: work.clean_name_values
-- grain:  one row per distinct name as written that must be cleaned whole, with the order its source writes full names
--         in; key: n
-- params: none
create or replace table work.clean_name_values as
with distinct_values as (
    select distinct
        raw_full_name,
        raw_civility,
        raw_first_name,
        raw_last_name,
        raw_birth_name,
        raw_sex,
        raw_organisation,
        case when raw_full_name <> '' then coalesce(name_order, '') else '' end as name_order,
    from work.clean_raw
    left join work.clean_habits using (source)
    where n in (select n from work.clean_name_rows)
)

select
    row_number() over () as n,
    *,
from distinct_values
