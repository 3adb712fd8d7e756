-- reads:  work.flag_matches
-- writes: base.customer_flags
-- grain:  one row per customer and line of an external list that names him;  key: customer_id, source, file, line
select
    customer_id,
    flag,
    flag_channel,
    flag_code,
    flagged_date,
    matched_by,
    source,
    file,
    line,
from work.flag_matches
