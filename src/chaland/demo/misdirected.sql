-- reads:  nothing
-- writes: macro misdirected(domain, error): the domain of an e-mail address with a usual mistake
-- grain:  one domain; error 0 leaves it, 1 drops its second letter, 2 swaps two, 3 ends it badly, 4 doubles the dot's side
-- params: none
create or replace macro misdirected(domain, error) as
    case error
        when 1 then left(domain, 1) || substr(domain, 3)
        when 2 then left(domain, 1) || substr(domain, 3, 1) || substr(domain, 2, 1) || substr(domain, 4)
        when 3 then regexp_replace(regexp_replace(domain, '\.com$', '.con'), '\.fr$', '.ffr')
        when 4 then replace(domain, '.', ',')
        else domain
    end
