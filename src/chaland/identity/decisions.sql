-- reads:  landing.decisions
-- writes: nothing; the last word on each pair
-- grain:  one row per pair of records ever decided on, the latest word first
-- params: none
with said as (
    select
        least(record_id_l, record_id_r) as record_id_l,
        greatest(record_id_l, record_id_r) as record_id_r,
        decision,
        decided_at,
        decided_by,
        reason,
        source,
        file,
        line
    from landing.decisions
    where record_id_l <> record_id_r
)

select
    record_id_l,
    record_id_r,
    decision,
    decided_at,
    decided_by,
    reason,
    source
from said
qualify row_number() over (
    partition by record_id_l, record_id_r
    order by decided_at desc, source desc, file desc, line desc
) = 1
-- a line further down the file was written later
order by decided_at desc, source desc, file desc, line desc
