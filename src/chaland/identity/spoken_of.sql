-- reads:  identity.decisions
-- writes: nothing; the pairs of records a steward need not be asked about
-- grain:  one row per pair on which his word stands, unsure included
-- params: none
select
    record_id_l,
    record_id_r
from identity.decisions
where decision <> 'withdrawn'
