-- reads:  rows (letters that came back)
-- writes: lines of externe/courrier_retourne.csv
-- grain:  one row per letter
-- params: none
select card || ';' || code || ';' || strftime(day, '%d/%m/%Y') || chr(10) as line
from rows
