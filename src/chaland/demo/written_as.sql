-- reads:  nothing
-- writes: macro written_as(word, letter_case, has_lost_accents): the word as a clerk or a customer types it
-- grain:  one word; letter_case 0 as is, 1 capitals, 2 small letters
-- params: none
create or replace macro written_as(word, letter_case, has_lost_accents) as
    case letter_case
        when 1 then upper(case when has_lost_accents then strip_accents(word) else word end)
        when 2 then lower(case when has_lost_accents then strip_accents(word) else word end)
        else case when has_lost_accents then strip_accents(word) else word end
    end
