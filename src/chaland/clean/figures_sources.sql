-- reads:  report_records (clean.records, or base.records of a snapshot)
-- writes: the rows of volumes
-- grain:  one row per source, biggest first
-- params: none
select
    source,
    count(*) as records,
    count(*) filter (where not is_key_only) as described,
    count(*) filter (where is_key_only) as key_only,
    coalesce(sum(versions), 0)::bigint as rows_received,
    count(*) filter (where is_organisation) as organisations,
    count(*) filter (where address_status is not null) as addresses,
    count(*) filter (where address_status in ('V0', 'V1', 'V2')) as distributable,
    count(*) filter (where phone is not null) as phones,
    count(*) filter (where mobile is not null) as mobiles,
    count(*) filter (where email is not null) as emails,
from report_records
group by source
order by records desc, source
