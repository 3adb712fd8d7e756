-- reads:  nothing
-- writes: macro misspelt(word, kind, spot): the word with one typing error
-- grain:  one word; kind 0 leaves it, 1 drops a letter, 2 doubles one, 3 swaps two, 4 strikes the neighbouring key
-- params: none; spot in [0, 1) chooses the letter, never the first
create or replace macro misspelt(word, kind, spot) as
    case
        when kind = 0 or length(word) < 4 then word
        when kind = 1 then
            left(word, 1 + floor(spot * (length(word) - 2))::integer)
            || substr(word, 3 + floor(spot * (length(word) - 2))::integer)
        when kind = 2 then
            left(word, 2 + floor(spot * (length(word) - 2))::integer)
            || substr(word, 2 + floor(spot * (length(word) - 2))::integer)
        when kind = 3 then
            left(word, 1 + floor(spot * (length(word) - 2))::integer)
            || substr(word, 3 + floor(spot * (length(word) - 2))::integer, 1)
            || substr(word, 2 + floor(spot * (length(word) - 2))::integer, 1)
            || substr(word, 4 + floor(spot * (length(word) - 2))::integer)
        else
            left(word, 1 + floor(spot * (length(word) - 2))::integer)
            || translate(
                lower(strip_accents(substr(word, 2 + floor(spot * (length(word) - 2))::integer, 1))),
                'azertyuiopqsdfghjklmwxcvbn -''',
                'zaretuyoipsqdgfhkjmlxwvcnb' || 'xnl'
            )
            || substr(word, 3 + floor(spot * (length(word) - 2))::integer)
    end
