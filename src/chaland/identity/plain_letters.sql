-- reads:  nothing
-- writes: nothing; what records.sql makes of each letter beyond ASCII
-- grain:  one row per code point from $first on, $beyond excluded
-- params: $first (bigint), $beyond (bigint)
select
    code,
    upper(strip_accents(chr(cast(code as integer)))) as plain
from range($first, $beyond) as codes (code)
