-- reads:  landing.surveys, identity.persons
-- writes: base.surveys
-- grain:  one row per survey answered, its latest version;  key: survey_id
with latest as (
    select *
    from landing.surveys
    qualify row_number() over (partition by source, survey_key order by load_id desc, file desc, line desc) = 1
)

select
    latest.source || ':' || latest.survey_key as survey_id,
    persons.customer_id,
    latest.source,
    latest.shop_key,
    latest.recommendation_0_10,
    latest.satisfaction_1_5,
    latest.comment,
    latest.answered_at,
from latest
left join identity.persons on persons.record_id = latest.system || ':' || latest.person_key
