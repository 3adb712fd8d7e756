-- reads:  work.clean_raw, work.clean_phone_rows
-- writes: work.clean_phone_values, with the cleaned place that says which region a number belongs to
-- grain:  one row per distinct pair of telephones as written that must be cleaned whole, overseas postcode and foreign
--         country; key: n
-- params: none
create or replace table work.clean_phone_values as
with distinct_values as (
    select distinct
        raw.raw_phone,
        raw.raw_mobile,
        phone_rows.phone_postcode,
        phone_rows.phone_country,
    from work.clean_raw as raw
    inner join work.clean_phone_rows as phone_rows on raw.n = phone_rows.n
)

select
    row_number() over () as n,
    *,
from distinct_values
