-- reads:  work.clean_raw, work.clean_people, landing.corrections
-- writes: clean.corrections
-- grain:  one row per correction of a steward; key: record_id
-- params: none
select
    'correction:' || raw.source || ':' || raw.file || ':' || raw.line as record_id,
    raw.source,
    corrections.subject,
    corrections.corrected_at,
    corrections.corrected_by,
    corrections.reason as correction_reason,
    corrections.blank_fields,
    people.* exclude (n),
from work.clean_raw as raw
inner join work.clean_people as people on raw.n = people.n
inner join landing.corrections as corrections
    on raw.source = corrections.source and raw.load_id = corrections.load_id
    and raw.file = corrections.file and raw.line = corrections.line
where raw.origin = 'correction'
