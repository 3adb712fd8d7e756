-- reads:  base.records, base.customer_values
-- writes: nothing (a question)
-- grain:  one row per graded field of which the customer has no usable value: what was given and could not be used (D), from
--         his latest record that gave something, or nothing (E)
-- params: $first_id, $last_id (varchar): customers, both included
with graded as (
    unpivot (
        select
            customer_id,
            source,
            recorded_at,
            record_id,
            name_grade || name_reason as name,
            birth_date_grade || birth_date_reason as birth_date,
            address_grade || address_reason as address,
            phone_grade || phone_reason as phone,
            mobile_grade || mobile_reason as mobile,
            email_grade || email_reason as email,
        from base.records
        where customer_id between $first_id and $last_id and not is_key_only
    )
    on name, birth_date, address, phone, mobile, email
    into name field value verdict
),

chosen as (
    select distinct
        customer_id,
        field,
    from base.customer_values
    where customer_id between $first_id and $last_id and is_chosen
),

best as (
    select
        graded.customer_id,
        graded.field,
        left(graded.verdict, 1) as grade,
        substring(graded.verdict, 2) as reason,
        graded.source,
        graded.recorded_at as seen_at,
    from graded
    left join chosen on chosen.customer_id = graded.customer_id and chosen.field = graded.field
    where chosen.field is null
    qualify row_number() over (
        partition by graded.customer_id, graded.field
        order by left(graded.verdict, 1), graded.recorded_at desc nulls last, graded.record_id
    ) = 1
)

select
    customer_id,
    field,
    grade,
    reason,
    source,
    seen_at,
from best
where grade in ('D', 'E')
order by customer_id, field
