-- reads:  base.decisions
-- writes: nothing (a question)
-- grain:  one row per pair on which a steward spoke, the latest first
-- params: none
select
    record_id_l,
    record_id_r,
    decision,
    outcome,
    decided_at,
    decided_by,
    reason,
from base.decisions
order by decided_at desc, record_id_l, record_id_r
