-- reads:  work.clean_raw
-- writes: work.clean_email_values
-- grain:  one row per distinct e-mail as written that is not plainly one, '' included; key: n
-- params: none
create or replace table work.clean_email_values as
with distinct_values as (
    select distinct raw_email
    from work.clean_raw
    where email_domain is null
)

select
    row_number() over () as n,
    raw_email,
from distinct_values
