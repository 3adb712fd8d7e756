-- reads:  base.surveys, base.survey_ratings
-- writes: nothing (a query)
-- grain:  one row per aspect rated in answers of the window that also rate the whole
-- params: $since, $as_of (dates)
with answers as (
    select
        survey_id,
        case when recommendation_0_10 between 0 and 10 then recommendation_0_10 end as recommendation,
        case when satisfaction_1_5 between 1 and 5 then satisfaction_1_5 end as satisfaction,
    from base.surveys
    where answered_at::date > $since and answered_at::date <= $as_of
),

-- one scale for all: satisfaction where any answer gives it
asked as (
    select coalesce(count(satisfaction) > 0, false) as has_satisfaction from answers
),

rated as (
    select
        survey_ratings.aspect,
        survey_ratings.rating,
        case when asked.has_satisfaction then answers.satisfaction else answers.recommendation end as overall,
    from base.survey_ratings
    inner join answers on answers.survey_id = survey_ratings.survey_id
    cross join asked
)

select
    aspect,
    count(*)::integer as answers,
    sum(rating) as total,
    sum(rating * rating) as squares,
    corr(rating, overall) as importance,
from rated
where overall is not null
group by aspect
order by aspect
