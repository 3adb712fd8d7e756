-- reads:  landing.flags, clean.flags, base.list_results
-- writes: base.reconciliation (reconcile.py tells whether what is found is what is expected)
-- grain:  one row per external list and check: every line received was cleaned, then found a customer or is counted as one
--         that names nobody
with received as (
    select source, count(*) as lines from landing.flags group by source
),

cleaned as (
    select source, count(*) as lines from clean.flags group by source
),

judged as (
    select source, sum(lines_matched + lines_unmatched) as lines from base.list_results group by source
)

select
    'list_lines_cleaned' as check_name,
    coalesce(received.source, cleaned.source) as subject,
    coalesce(received.lines, 0) as expected,
    coalesce(cleaned.lines, 0) as found,
from received
full outer join cleaned on cleaned.source = received.source
union all
select
    'list_lines_judged' as check_name,
    coalesce(cleaned.source, judged.source) as subject,
    coalesce(cleaned.lines, 0) as expected,
    coalesce(judged.lines, 0) as found,
from cleaned
full outer join judged on judged.source = cleaned.source
