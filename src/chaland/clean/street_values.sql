-- reads:  work.clean_raw, work.clean_complements
-- writes: work.clean_street_values
-- grain:  one row per distinct street as written, numbers by their model, with the complement where it may act on the
--         street; key: n
-- params: none
create or replace table work.clean_street_values as
with distinct_values as (
    select distinct
        raw.number_model,
        raw.street_model,
        case when complements.complement_is_plain then '' else raw.raw_complement end as street_complement,
    from work.clean_raw as raw
    left join work.clean_complements as complements on raw.raw_complement = complements.raw_complement
    where raw.has_street
)

select
    row_number() over () as n,
    *,
from distinct_values
