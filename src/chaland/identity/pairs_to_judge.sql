-- reads:  identity.pairs_anew, identity.previous_pairs, identity.previous_questions, identity_asked, identity_changes
-- writes: identity_to_judge (a work table of this room)
-- grain:  one row per pair that an increment weighed, or that the last run asked about
-- params: none
-- related: as the last run counted it
create or replace temp table identity_to_judge as
with gone as (
    select record_id
    from identity_changes
    where kind in ('matched', 'withdrawn')
),

-- what the last run asked of pairs that still are as it left them (pairs_joined.sql): a thousand of millions
held as (
    select
        previous_questions.record_id_l,
        previous_questions.record_id_r,
        previous_questions.related
    from identity.previous_questions
    left join identity_asked as asked_l
        on previous_questions.record_id_l = asked_l.record_id
    left join identity_asked as asked_r
        on previous_questions.record_id_r = asked_r.record_id
    anti join gone as gone_l
        on previous_questions.record_id_l = gone_l.record_id
    anti join gone as gone_r
        on previous_questions.record_id_r = gone_r.record_id
    where asked_l.record_id is null or asked_r.record_id is null
)

select
    pairs_anew.*,
    previous_questions.related
from identity.pairs_anew
left join identity.previous_questions
    on pairs_anew.record_id_l = previous_questions.record_id_l
    and pairs_anew.record_id_r = previous_questions.record_id_r
union all by name
select
    previous_pairs.*,
    held.related
from identity.previous_pairs
inner join held
    on previous_pairs.record_id_l = held.record_id_l
    and previous_pairs.record_id_r = held.record_id_r
