-- reads:  nothing
-- writes: the macro clean_street_tells
-- grain:  whether an address in halves is graded for its street rather than for its town, in the order of addresses.py:
--         a town that contradicts or is missing, a street that is missing or too long, a town repaired, a number missing
-- params: none
create or replace macro clean_street_tells(town_status, town_reason, street_reason) as
    town_status not like 'R%'
    and (
        street_reason in ('no_street', 'line_too_long')
        or (town_reason in ('ok', 'reformatted') and street_reason <> 'ok')
    )
