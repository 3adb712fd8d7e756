-- reads:  nothing
-- writes: macro fixed(value, width): the value cut or padded to a width
-- grain:  one value; null gives blanks
-- params: none
create or replace macro fixed(value, width) as rpad(coalesce(value, ''), width, ' ')
