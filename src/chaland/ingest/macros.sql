-- reads:  nothing
-- writes: macros of the connection: a text read as a number, a moment or a pattern; null when it cannot be
-- grain:  one value in, one value out
-- params: none

-- a value without the spaces around it, null when nothing is left; trimming costs six times as much as looking first
create or replace temp macro ingest_trimmed(v, spaces) as
    case
        when v[1] > '!' and v[1] < '~' and v[-1] > '!' and v[-1] < '~' then v
        else nullif(trim(v, spaces), '')
    end;

-- a number with an exponent, written out: cast from such a text, a decimal comes out wrong (1e-15 as 0.0001)
create or replace temp macro ingest_written_out(v) as
    case
        when regexp_full_match(trim(v), '[-+]?[0-9]*[.]?[0-9]+[eE][-+]?[0-9]{1,3}')
            then format('{:.6f}', try_cast(trim(v) as double))
        else v
    end;

-- spaces of every width, currency and Swiss apostrophes taken out; a trailing minus or brackets put in front
create or replace temp macro ingest_bare_number(v) as
    regexp_replace(
        regexp_replace(
            regexp_replace(ingest_written_out(v), '[\s\x{a0}\x{202f}\x{2009}''’€$£]|EUR', '', 'g'),
            '^(.*[0-9])-$', '-\1'
        ),
        '^\((.*)\)$', '-\1'
    );

-- decimal sign unknown: both are read; alone, either is the decimal sign
create or replace temp macro ingest_number_any(v) as
    case
        when regexp_full_match(v, '[-+]?[0-9]*[.]?[0-9]+([eE][-+]?[0-9]{1,2})?|[-+]?[0-9]+[.]') then v
        when regexp_full_match(v, '[-+]?[0-9]*,[0-9]*') then replace(v, ',', '.')
        when regexp_full_match(v, '[-+]?[0-9]{1,3}([.][0-9]{3})+(,[0-9]*)?') then replace(replace(v, '.', ''), ',', '.')
        when regexp_full_match(v, '[-+]?[0-9]{1,3}(,[0-9]{3})+([.][0-9]*)?') then replace(v, ',', '')
    end;

-- decimal comma: a point cuts thousands, or is a decimal point where it cannot cut thousands
create or replace temp macro ingest_number_comma(v) as
    case
        when regexp_full_match(v, '[-+]?[0-9]*,?[0-9]+|[-+]?[0-9]+,') then replace(v, ',', '.')
        when regexp_full_match(v, '[-+]?[0-9]{1,3}([.][0-9]{3})+(,[0-9]*)?') then replace(replace(v, '.', ''), ',', '.')
        when regexp_full_match(v, '[-+]?[0-9]+[.][0-9]+([eE][-+]?[0-9]{1,2})?') then v
    end;

-- decimal point: the same the other way round
create or replace temp macro ingest_number_point(v) as
    case
        when regexp_full_match(v, '[-+]?[0-9]*[.]?[0-9]+([eE][-+]?[0-9]{1,2})?|[-+]?[0-9]+[.]') then v
        when regexp_full_match(v, '[-+]?[0-9]{1,3}(,[0-9]{3})+([.][0-9]*)?') then replace(v, ',', '')
        when regexp_full_match(v, '[-+]?[0-9]+,[0-9]+') then replace(v, ',', '.')
    end;

create or replace temp macro ingest_sane(moment) as
    case when year(moment) between 1800 and 2200 then moment end;

-- the hyphen at its place is looked at first, which spares most texts a regular expression
-- ISO 8601 with or without time; then compact, 20250312 and 20250312101530, which yields to a source's own writings
create or replace temp macro ingest_iso(v) as
    case
        when v[5] = '-'
            and regexp_full_match(v, '[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?)?')
            then try_cast(v as timestamp)
    end;

create or replace temp macro ingest_compact(v) as
    case
        when length(v) = 8 and regexp_full_match(v, '[0-9]{8}') then try_strptime(v, '%Y%m%d')
        when length(v) = 14 and regexp_full_match(v, '[0-9]{14}') then try_strptime(v, '%Y%m%d%H%M%S')
    end;

-- ISO 8601 with a zone, as local time of $zone
create or replace temp macro ingest_zoned(v, zone) as
    case
        when v[5] = '-' and regexp_full_match(
            v, '[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?(Z|[-+][0-9]{2}:?[0-9]{2})'
        ) then timezone(zone, try_cast(v as timestamptz))
    end;

-- French day-first writings, for sources that do not list theirs
create or replace temp macro ingest_day_first(v) as
    case
        when regexp_full_match(v, '[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}') then try_strptime(v, '%d/%m/%Y')
        when regexp_full_match(v, '[0-9]{1,2}/[0-9]{1,2}/[0-9]{4} [0-9]{1,2}:[0-9]{2}') then try_strptime(v, '%d/%m/%Y %H:%M')
        when regexp_full_match(v, '[0-9]{1,2}/[0-9]{1,2}/[0-9]{4} [0-9]{1,2}:[0-9]{2}:[0-9]{2}')
            then try_strptime(v, '%d/%m/%Y %H:%M:%S')
        when regexp_full_match(v, '[0-9]{1,2}[.-][0-9]{1,2}[.-][0-9]{4}')
            then try_strptime(replace(replace(v, '.', '/'), '-', '/'), '%d/%m/%Y')
    end;

-- the shape of a value, without its content: digits become 9, letters a
create or replace temp macro ingest_pattern(v) as
    left(regexp_replace(regexp_replace(v, '[0-9]', '9', 'g'), '\p{L}', 'a', 'g'), 40);
