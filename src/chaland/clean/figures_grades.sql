-- reads:  report_records
-- writes: the rows of grades
-- grain:  one row per source, graded field, grade and reason; records known from facts only are left out
-- params: none
with graded as (
    select
        source,
        unnest([
            {'field': 'name', 'grade': name_grade, 'reason': name_reason},
            {'field': 'address', 'grade': address_grade, 'reason': address_reason},
            {'field': 'phone', 'grade': phone_grade, 'reason': phone_reason},
            {'field': 'mobile', 'grade': mobile_grade, 'reason': mobile_reason},
            {'field': 'email', 'grade': email_grade, 'reason': email_reason},
            {'field': 'birth_date', 'grade': birth_date_grade, 'reason': birth_date_reason}
        ]) as verdict,
    from report_records
    where not is_key_only
)

select
    source,
    verdict.field as field,
    verdict.grade as grade,
    verdict.reason as reason,
    count(*) as records,
from graded
group by all
order by field, records desc, source, reason
