-- reads:  work.clean_raw, work.clean_birth_dates, work.clean_habits
-- writes: work.clean_default_dates
-- grain:  one row per source and first of January that a program filled in: at least 20 records and one dated record
--         in 200, where chance gives one in some 20 000
-- params: none
-- a program that writes the first of January of many years knows the year, and not the day
create or replace table work.clean_default_dates as
with dated as (
    select
        raw.source,
        births.birth_date,
        count(*) as records,
    from work.clean_raw as raw
    left join work.clean_habits as habits on raw.source = habits.source
    inner join work.clean_birth_dates as births
        on raw.raw_birth_date = births.raw_birth_date and coalesce(habits.date_order, '') = births.date_order
    where births.birth_date is not null
    group by raw.source, births.birth_date
),

shares as (
    select
        source,
        birth_date,
        records,
        sum(records) over (partition by source) as source_records,
    from dated
)

select
    source,
    birth_date,
    count(*) over (partition by source) >= 10 as is_year_known,
from shares
where
    month(birth_date) = 1
    and day(birth_date) = 1
    and records >= 20
    and records * 200 >= source_records
