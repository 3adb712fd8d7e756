-- reads:  work.clean_raw
-- writes: nothing; the texts where a company number may stand, the field meant for it first
-- grain:  one row per record with such a text, in the order of record_id
-- params: none
select
    record_id,
    concat_ws(' | ', nullif(raw_siren, ''), nullif(raw_organisation, '')) as text,
from work.clean_raw
where origin = 'record'
    and (
        raw_siren <> ''
        or (raw_organisation <> '' and regexp_matches(raw_organisation, '[0-9][0-9 .-]{7,}[0-9]'))
    )
order by record_id
