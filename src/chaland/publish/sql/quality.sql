-- reads:  base.records
-- writes: the figures a snapshot keeps of its quality, for the curves of later reports
-- grain:  one row
-- params: none
select
    count(*) filter (where not is_key_only) as records,
    count(*) filter (where not is_key_only and address_grade <> 'E') as addresses,
    count(*) filter (where address_status in ('V0', 'V1', 'V2')) as post,
    count(*) filter (where email is not null) as email,
    count(*) filter (where mobile is not null) as mobile,
    count(*) filter (where phone is not null) as phone,
from base.records
