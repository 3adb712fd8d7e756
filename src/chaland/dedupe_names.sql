-- reads:  clean.records
-- writes: record_names (temporary)
-- grain:  one row per record;  key: record_id
-- params: $is_single (one file: records go by their own number)
create or replace temporary table record_names as
select
    record_id,
    case when $is_single then person_key else record_id end as name
from clean.records
