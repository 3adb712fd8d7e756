-- reads:  rows (what the list writes of each person)
-- writes: lines of externe/liste_suppression.csv
-- grain:  one row per person named
-- params: none
select
    coalesce(civility, '') || ';' || coalesce(last_name, '') || ';' || coalesce(first_name, '') || ';'
    || coalesce(street, '') || ';' || coalesce(postcode, '') || ';' || coalesce(city, '') || ';'
    || case when channel = 'courriel' then '' else coalesce(mobile, phone, '') end || ';'
    || case when channel = 'téléphone' then '' else coalesce(email, '') end || ';' || channel || ';'
    || strftime(day, '%d/%m/%Y') || chr(10) as line
from rows
