-- reads:  work.clean_raw
-- writes: work.clean_domain_values
-- grain:  one row per distinct domain, as written, of what is plainly an e-mail; key: n
-- params: none
create or replace table work.clean_domain_values as
with distinct_values as (
    select distinct email_domain
    from work.clean_raw
    where email_domain is not null
)

select
    row_number() over () as n,
    email_domain,
from distinct_values
