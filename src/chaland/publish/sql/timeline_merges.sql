-- reads:  base.customer_aliases, base.decisions, base.records
-- writes: nothing (a question)
-- grain:  one row per id the customer bore before and word a steward said of his records, the latest first
-- params: $customer_id (varchar), $rows (integer)
with mine as (
    select record_id from base.records where customer_id = $customer_id
),

happened as (
    select
        'alias:' || old_customer_id as event_id,
        since_date::timestamp as happened_at,
        'identity' as source,
        reason as code,
        old_customer_id as label,
        null as comment,
    from base.customer_aliases
    where customer_id = $customer_id
    union all
    select
        'decision:' || record_id_l || ':' || record_id_r,
        decided_at,
        coalesce(decided_by, 'stewards'),
        decision,
        record_id_l || ' – ' || record_id_r,
        reason,
    from base.decisions
    where record_id_l in (select record_id from mine) or record_id_r in (select record_id from mine)
)

select
    'merge' as kind,
    event_id,
    happened_at,
    source,
    code,
    label,
    comment,
from happened
order by happened_at desc, event_id
limit $rows
