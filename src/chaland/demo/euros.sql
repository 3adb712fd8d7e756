-- reads:  nothing
-- writes: macro euros(cents): an amount with a decimal comma
-- grain:  one amount in cents, signed
-- params: none
create or replace macro euros(cents) as replace((cents::decimal(12, 0) * 0.01)::varchar, '.', ',')
