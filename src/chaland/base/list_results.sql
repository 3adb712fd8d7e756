-- reads:  work.flag_lines, base.customer_flags
-- writes: base.list_results
-- grain:  one row per external list and kind of line: what was received, found, and changed;  key: source, flag
with named as (
    select
        source,
        flag,
        count(distinct (load_id, file, line)) as lines_matched,
        count(distinct customer_id) as customers,
        count(distinct customer_id) filter (where effect not in ('no_change', 'to_check')) as customers_changed,
        count(distinct customer_id) filter (where effect = 'to_check') as customers_to_check,
    from base.customer_flags
    group by source, flag
),

unmatched as (
    select lines.source, lines.flag, count(*) as lines_unmatched
    from work.flag_lines as lines
    anti join base.customer_flags as named
        on
            named.source = lines.source
            and named.load_id = lines.load_id
            and named.file = lines.file
            and named.line = lines.line
    group by lines.source, lines.flag
)

select
    coalesce(named.source, unmatched.source) as source,
    coalesce(named.flag, unmatched.flag) as flag,
    coalesce(named.lines_matched, 0) as lines_matched,
    coalesce(unmatched.lines_unmatched, 0) as lines_unmatched,
    coalesce(named.customers, 0) as customers,
    coalesce(named.customers_changed, 0) as customers_changed,
    coalesce(named.customers_to_check, 0) as customers_to_check,
from named
full outer join unmatched on unmatched.source = named.source and unmatched.flag = named.flag
