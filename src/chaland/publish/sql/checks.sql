-- reads:  base.reconciliation
-- writes: nothing (a question)
-- grain:  one row per check of the run, those that disagree first
-- params: none
select
    check_name,
    subject,
    expected,
    found,
    is_equal,
from base.reconciliation
order by is_equal, check_name, subject
