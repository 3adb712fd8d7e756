-- reads:  landing.people
-- writes: work.clean_given (a view)
-- grain:  one row per row of landing.people, as received: no source keeps whole persons in one field
-- params: none
create or replace view work.clean_given as
select *
from landing.people
