-- reads:  base.decisions, base.records
-- writes: nothing (a question)
-- grain:  one row per pair on which a steward spoke that touches a record of the customer, the latest first
-- params: $customer_id (varchar)
select
    decisions.record_id_l,
    decisions.record_id_r,
    decisions.decision,
    decisions.outcome,
    decisions.decided_at,
    decisions.decided_by,
    decisions.reason
from base.decisions
where decisions.record_id_l in (select record_id from base.records where customer_id = $customer_id)
    or decisions.record_id_r in (select record_id from base.records where customer_id = $customer_id)
order by decisions.decided_at desc, decisions.record_id_l, decisions.record_id_r
