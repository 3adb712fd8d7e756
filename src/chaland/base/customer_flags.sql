-- reads:  work.flag_effects
-- writes: base.customer_flags
-- grain:  one row per customer and line of an external list that names him;  key: customer_id, source, file, line
select
    customer_id,
    flag,
    flag_channel,
    flag_code,
    flag_reason,
    flagged_date,
    effect,
    matched_by,
    certainty,
    source,
    load_id,
    file,
    line,
from work.flag_effects
