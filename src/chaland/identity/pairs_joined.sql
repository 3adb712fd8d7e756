-- reads:  identity.pairs_anew, identity.previous_pairs, identity_asked, identity_changes
-- writes: identity.pairs
-- grain:  one row per pair: those an increment weighed, and of the last run those it did not weigh again
-- params: none
-- joins, not subqueries: what a reader asks of the pairs is then asked of those of the last run before they are joined
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
left join identity_asked as asked_l
    on previous_pairs.record_id_l = asked_l.record_id
left join identity_asked as asked_r
    on previous_pairs.record_id_r = asked_r.record_id
anti join gone as gone_l
    on previous_pairs.record_id_l = gone_l.record_id
anti join gone as gone_r
    on previous_pairs.record_id_r = gone_r.record_id
where asked_l.record_id is null or asked_r.record_id is null
