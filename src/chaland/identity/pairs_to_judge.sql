-- reads:  identity.pairs, identity.pairs_anew, identity.previous_questions
-- writes: identity_to_judge (a work table of this room)
-- grain:  one row per pair that an increment weighed, or that the last run asked about
-- params: none
-- related: as the last run counted it
create or replace temp table identity_to_judge as
select
    pairs_anew.*,
    cast(null as integer) as related
from identity.pairs_anew
anti join identity.previous_questions
    on pairs_anew.record_id_l = previous_questions.record_id_l
    and pairs_anew.record_id_r = previous_questions.record_id_r
union all by name
select
    pairs.*,
    previous_questions.related
from identity.pairs
inner join identity.previous_questions
    on pairs.record_id_l = previous_questions.record_id_l
    and pairs.record_id_r = previous_questions.record_id_r
