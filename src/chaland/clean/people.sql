-- reads:  work.clean_answers
-- writes: work.clean_people
-- grain:  one row per row of work.clean_raw that is not a record: external lists, corrections; key: n
-- params: none
create or replace table work.clean_people as
select
    * exclude (record_id, recorded_at, versions, phone_kind, phone_region, mobile_region, email_proposed),
from work.clean_answers
where origin <> 'record'
