-- reads:  base.customer_aliases, base.decisions, base.records
-- writes: nothing (a question)
-- grain:  one row per id the customer bore before and word a steward said of his records, the latest first
-- params: $first_id, $last_id (varchar): customers, both included; $rows (integer)
with decided as (
    -- once for each customer one of whose records it names
    select
        records.customer_id,
        decisions.record_id_l,
        decisions.record_id_r,
    from base.decisions
    inner join base.records on records.record_id = decisions.record_id_l
    where records.customer_id between $first_id and $last_id
    union
    select
        records.customer_id,
        decisions.record_id_l,
        decisions.record_id_r,
    from base.decisions
    inner join base.records on records.record_id = decisions.record_id_r
    where records.customer_id between $first_id and $last_id
),

happened as (
    select
        customer_id,
        'alias:' || old_customer_id as event_id,
        since_date::timestamp as happened_at,
        'identity' as source,
        reason as code,
        old_customer_id as label,
        null as comment,
    from base.customer_aliases
    where customer_id between $first_id and $last_id
    union all
    select
        decided.customer_id,
        'decision:' || decided.record_id_l || ':' || decided.record_id_r,
        decisions.decided_at,
        coalesce(decisions.decided_by, 'stewards'),
        decisions.decision,
        decided.record_id_l || ' – ' || decided.record_id_r,
        decisions.reason,
    from decided
    inner join base.decisions
        on decisions.record_id_l = decided.record_id_l and decisions.record_id_r = decided.record_id_r
)

select
    customer_id,
    'merge' as kind,
    event_id,
    happened_at,
    source,
    code,
    label,
    comment,
from happened
order by customer_id, happened_at desc, event_id
limit $rows
