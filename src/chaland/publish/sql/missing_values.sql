-- reads:  base.records, base.customer_values
-- writes: nothing (a question)
-- grain:  one row per graded field of which the customer has no usable value: what was given and could not be used (D), from
--         his latest record that gave something, or nothing (E)
-- params: $customer_id (varchar)
with graded as (
    unpivot (
        select
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
        where customer_id = $customer_id and not is_key_only
    )
    on name, birth_date, address, phone, mobile, email
    into name field value verdict
),

best as (
    select
        field,
        left(verdict, 1) as grade,
        substring(verdict, 2) as reason,
        source,
        recorded_at as seen_at,
    from graded
    where field not in (select field from base.customer_values where customer_id = $customer_id and is_chosen)
    qualify row_number() over (
        partition by field order by left(verdict, 1), recorded_at desc nulls last, record_id
    ) = 1
)

select
    field,
    grade,
    reason,
    source,
    seen_at,
from best
where grade in ('D', 'E')
order by field
