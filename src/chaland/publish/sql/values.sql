-- reads:  base.customer_values, base.contact_points, base.customer_flags, base.records
-- writes: nothing (a question)
-- grain:  one row per field and distinct value of a customer; the chosen one of each field first, what lists found last.
--         What came back is worth D, whatever its writing.
-- params: $first_id, $last_id (varchar): customers, both included
with points as (
    select
        *,
        case channel when 'post' then 'address' else channel end as field,
        replace(value, chr(10), ', ') as one_line,
    from base.contact_points
    where customer_id between $first_id and $last_id
),

given as (
    select
        customer_id,
        field,
        value,
        is_chosen,
        rule,
        record_id,
        source,
        seen_at,
        grade,
        reason,
        records,
    from base.customer_values
    where customer_id between $first_id and $last_id
),

returned as (
    select
        given.customer_id,
        given.field,
        given.value,
        max_by(
            {
                'day': points.returned_date, 'reason': points.returned_reason,
                'source': points.returned_source, 'code': points.reason
            },
            coalesce(points.returned_date, date '0001-01-01')
        ) as latest,
    from given
    inner join points
        on
            points.customer_id = given.customer_id
            and points.field = given.field
            and points.is_returned
            and (
                points.value = given.value
                or (points.field = 'address' and (
                    ends_with(points.one_line, given.value) or (points.is_chosen and given.is_chosen)
                ))
            )
    group by given.customer_id, given.field, given.value
),

found as (
    select
        points.customer_id,
        points.field,
        case points.field when 'address' then points.one_line else points.value end as value,
        false as is_chosen,
        'external_list' as rule,
        points.source,
        points.seen_at,
        points.grade,
        points.reason,
        0 as records,
    from points
    inner join (
        select distinct
            customer_id,
            source,
        from base.customer_flags
        where customer_id between $first_id and $last_id and flag = 'enrichment'
    ) as lists on lists.customer_id = points.customer_id and lists.source = points.source
),

records as (
    select
        customer_id,
        record_id,
        file,
        line,
    from base.records
    where customer_id between $first_id and $last_id
),

every as (
    select * from given
    union all by name
    select * from found
)

select
    every.customer_id,
    every.field,
    every.value,
    every.is_chosen,
    every.rule,
    every.record_id,
    every.source,
    every.seen_at,
    case when returned.value is null then every.grade else 'D' end as grade,
    case when returned.value is null then every.reason else returned.latest.code end as reason,
    every.records,
    records.file,
    records.line,
    returned.value is not null as is_returned,
    returned.latest.day as returned_date,
    returned.latest.reason as returned_reason,
    returned.latest.source as returned_source,
from every
left join returned
    on
        returned.customer_id = every.customer_id
        and returned.field = every.field
        and returned.value = every.value
left join records on records.record_id = every.record_id and records.customer_id = every.customer_id
order by
    every.customer_id,
    every.field,
    every.is_chosen desc,
    every.record_id is null,
    every.seen_at desc nulls last,
    every.value
