-- reads:  report_records
-- writes: the rows of address statuses
-- grain:  one row per status of an address received (V0 … R8; '' for a placeholder)
-- params: none
select
    coalesce(address_status, '') as status,
    count(*) as records,
from report_records
where address_grade <> 'E'
group by 1
order by 1
