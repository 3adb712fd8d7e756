-- reads:  work.clean_people, landing.flags
-- writes: clean.flags
-- grain:  one row per line of an external list; key: source, load_id, file, line
-- params: none
select
    flags.flag,
    flags.flag_channel,
    flags.flag_code,
    flags.flag_reason,
    flags.flagged_date,
    flags.email_hash,
    flags.phone_hash,
    flags.attributes,
    people.* exclude (n, origin, birth_year, birth_place),
from work.clean_people as people
-- what the list says of the person needs no cleaning
inner join landing.flags as flags
    on people.source = flags.source and people.load_id = flags.load_id
    and people.file = flags.file and people.line = flags.line
where people.origin = 'flag'
