-- reads:  work.clean_raw, work.clean_people, landing.flags
-- writes: clean.flags
-- grain:  one row per line of an external list; key: source, load_id, file, line
-- params: none
select
    raw.source,
    raw.load_id,
    raw.file,
    raw.line,
    raw.system,
    raw.person_key,
    flags.flag,
    flags.flag_channel,
    flags.flag_code,
    flags.flag_reason,
    flags.flagged_date,
    flags.email_hash,
    flags.phone_hash,
    flags.attributes,
    people.* exclude (n),
from work.clean_raw as raw
inner join work.clean_people as people on raw.n = people.n
-- what the list says of the person needs no cleaning
inner join landing.flags as flags
    on raw.source = flags.source and raw.load_id = flags.load_id and raw.file = flags.file and raw.line = flags.line
where raw.origin = 'flag'
