-- reads:  work.clean_raw
-- writes: the rows of counts
-- grain:  one row per source: distinct dates that can only be day first, and only be month first
-- params: none
with written as (
    select distinct
        source,
        raw_birth_date,
    from work.clean_raw
    where raw_birth_date <> ''
),

parts as (
    select
        source,
        try_cast(regexp_extract(raw_birth_date, '^([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ][0-9]{2}', 1) as integer) as one,
        try_cast(regexp_extract(raw_birth_date, '^([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ][0-9]{2}', 2) as integer) as two,
    from written
)

select
    source,
    count(*) filter (where one between 13 and 31 and two between 1 and 12) as day_first,
    count(*) filter (where two between 13 and 31 and one between 1 and 12) as month_first,
from parts
group by source
order by source
