-- reads:  nothing
-- writes: macro dialled(number, style): a French number as people write it
-- grain:  one number without its leading 0; null stays null
-- params: none; style 0 to 5
create or replace macro dialled(number, style) as
    case style
        when 1 then regexp_replace('0' || number, '(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)', '\1 \2 \3 \4 \5')
        when 2 then regexp_replace('0' || number, '(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)', '\1.\2.\3.\4.\5')
        when 3 then '+33' || number
        when 4 then regexp_replace('0' || number, '(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)', '\1-\2-\3-\4-\5')
        else '0' || number
    end
