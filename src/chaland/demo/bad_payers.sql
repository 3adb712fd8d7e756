-- reads:  rows (what the list writes of each person)
-- writes: lines of externe/mauvais_payeurs.csv
-- grain:  one row per person named
-- params: none
select
    coalesce(last_name, '') || ';' || coalesce(first_name, '') || ';'
    || coalesce(strftime(birth_date::date, '%d/%m/%Y'), '') || ';' || coalesce(street, '') || ';'
    || coalesce(postcode, '') || ';' || coalesce(city, '') || ';' || euros(cents) || ';' || strftime(day, '%d/%m/%Y')
    || chr(10) as line
from rows
