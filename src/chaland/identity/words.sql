-- reads:  clean.records, clean.corrections
-- writes: identity_words (a view of this room)
-- grain:  one row per record and per correction: what each says, of whomever
-- params: none
create or replace temp view identity_words as
select * from clean.records
union all by name
select * exclude (subject, corrected_at, corrected_by, correction_reason, blank_fields)
from clean.corrections
