-- reads:  nothing
-- writes: macro written_as(word, letter_case): the word as a clerk or a customer types it
-- grain:  one word; letter_case 0 as is, 1 capitals, 2 small letters
-- params: none
create or replace macro written_as(word, letter_case) as
    case letter_case when 1 then upper(word) when 2 then lower(word) else word end
