-- reads:  rows (project files of one shop)
-- writes: lines of projets/<shop>/projets.csv
-- grain:  one row per project
-- params: none
select
    key || ';' || strftime(opened, '%d/%m/%Y') || ';' || kind || ';' || status || ';' || euros(cents) || ';'
    || coalesce(strftime(done, '%d/%m/%Y'), '') || ';' || coalesce(civility, '') || ';' || coalesce(last_name, '') || ';'
    || coalesce(first_name, '') || ';' || coalesce(street, '') || ';' || coalesce(postcode, '') || ';'
    || coalesce(city, '') || ';' || coalesce(mobile, phone, '') || ';' || coalesce(email, '') || ';'
    || coalesce(comment, '') || chr(10) as line
from rows
