-- reads:  work.clean_people, landing.corrections
-- writes: clean.corrections
-- grain:  one row per correction of a steward; key: record_id
-- params: none
select
    'correction:' || people.source || ':' || people.file || ':' || people.line as record_id,
    corrections.subject,
    corrections.corrected_at,
    corrections.corrected_by,
    corrections.reason as correction_reason,
    corrections.blank_fields,
    people.* exclude (n, origin, birth_year, birth_place, system, person_key, load_id, file, line),
from work.clean_people as people
inner join landing.corrections as corrections
    on people.source = corrections.source and people.load_id = corrections.load_id
    and people.file = corrections.file and people.line = corrections.line
where people.origin = 'correction'
