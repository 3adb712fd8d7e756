-- reads:  rows (installation files of one shop)
-- writes: lines of pose/<shop>/poses.csv; client and address in one field each
-- grain:  one row per installation
-- params: none
select
    key || ';' || strftime(opened, '%d.%m.%Y') || ';' || kind || ';' || status || ';' || euros(cents) || ';'
    || coalesce(strftime(done, '%d.%m.%Y'), '') || ';' || coalesce(full_name, '') || ';' || coalesce(address, '') || ';'
    || coalesce(mobile, phone, '') || ';' || coalesce(email, '') || ';' || coalesce(comment, '') || chr(10) as line
from rows
