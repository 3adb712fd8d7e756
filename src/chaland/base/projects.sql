-- reads:  landing.projects, identity.persons
-- writes: base.projects
-- grain:  one row per project, its latest version;  key: project_id
with latest as (
    select *
    from landing.projects
    qualify row_number() over (partition by source, project_key order by load_id desc, file desc, line desc) = 1
)

select
    latest.source || ':' || latest.project_key as project_id,
    persons.customer_id,
    latest.source,
    latest.shop_key,
    latest.project_kind,
    latest.status,
    latest.quoted_amount,
    latest.comment,
    latest.opened_date,
    latest.done_date,
from latest
left join identity.persons on persons.record_id = latest.system || ':' || latest.person_key
