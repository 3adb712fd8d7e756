-- reads:  identity.pairs_anew, identity.previous_pairs, identity_asked, identity_changes
-- writes: identity.pairs
-- grain:  one row per pair: those an increment weighed, and of the last run those it did not weigh again
-- params: none
with gone as (
    select record_id
    from identity_changes
    where kind in ('matched', 'withdrawn')
)

select *
from identity.pairs_anew
union all by name
select previous_pairs.*
from identity.previous_pairs
where record_id_l not in (from gone)
    and record_id_r not in (from gone)
    and not (
        record_id_l in (select record_id from identity_asked) and record_id_r in (select record_id from identity_asked)
    )
