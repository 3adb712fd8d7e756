-- reads:  work.clean_rows
-- writes: work.clean_raw (a view)
-- grain:  one row per row of work.clean_rows, numbered by its place in the table: a window would number them in one
--         thread, and all that is worked out before it with them; key: n
-- params: none
create or replace view work.clean_raw as
select
    rowid as n,
    *,
from work.clean_rows
