-- reads:  identity_sheets, clean.corrections
-- writes: identity_words (a view of this room)
-- grain:  one row per record and per correction: what each says, of whomever
-- params: none
-- word: where it stands in its table; those of corrections are negative
create or replace temp view identity_words as
select *
from identity_sheets
union all by name
select
    -1 - rowid as word,
    * exclude (subject, corrected_at, corrected_by, correction_reason)
from clean.corrections
