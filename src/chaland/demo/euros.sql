-- reads:  nothing
-- writes: macro euros(cents): an amount with a decimal comma
-- grain:  one amount in cents, signed
-- params: none
create or replace macro euros(cents) as
    case when cents < 0 then '-' else '' end || (abs(cents) // 100) || ',' || lpad((abs(cents) % 100)::varchar, 2, '0')
