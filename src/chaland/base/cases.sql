-- reads:  landing.cases, identity.persons
-- writes: base.cases
-- grain:  one row per case, its latest version, unless it was taken back;  key: case_id
with latest as (
    select *
    from landing.cases
    qualify row_number() over (partition by source, case_key order by load_id desc, file desc, line desc) = 1
)

select
    latest.source || ':' || latest.case_key as case_id,
    persons.customer_id,
    latest.source,
    latest.subject,
    latest.status,
    latest.comment,
    latest.author,
    latest.opened_at,
    latest.closed_at,
from latest
left join identity.persons on persons.record_id = latest.system || ':' || latest.person_key
where latest.withdrawn_at is null
