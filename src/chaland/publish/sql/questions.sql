-- reads:  base.questions
-- writes: nothing (a question)
-- grain:  one row per pair worth asking a steward about, best first
-- params: none
select
    rank,
    record_id_l,
    record_id_r,
    match_weight,
    match_probability,
    is_linked,
    expected_gain,
    related,
from base.questions
order by rank
