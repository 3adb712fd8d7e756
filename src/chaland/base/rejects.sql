-- reads:  landing.rejects
-- writes: base.rejects
-- grain:  one row per source, stage and reason;  key: source, stage, reason
select
    source,
    stage,
    reason,
    count(*) as rows,
from landing.rejects
group by source, stage, reason
