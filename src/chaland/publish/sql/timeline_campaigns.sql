-- reads:  base.operation_targets, base.redemptions, base.operations
-- writes: nothing (a question)
-- grain:  one row per operation that targeted a customer and coupon he redeemed, the latest first
-- params: $first_id, $last_id (varchar): customers, both included; $rows (integer)
with happened as (
    select
        operation_targets.customer_id,
        'target:' || operation_targets.operation_key as event_id,
        operation_targets.operation_key,
        operation_targets.targeted_at as happened_at,
        operation_targets.channel as code,
        'targeted' as status,
    from base.operation_targets
    where operation_targets.customer_id between $first_id and $last_id
    union all
    select
        redemptions.customer_id,
        'coupon:' || redemptions.file || ':' || redemptions.line,
        redemptions.operation_key,
        redemptions.redeemed_at,
        redemptions.coupon_key,
        'redeemed',
    from base.redemptions
    where redemptions.customer_id between $first_id and $last_id
)

select
    happened.customer_id,
    'campaign' as kind,
    happened.event_id,
    coalesce(happened.happened_at, operations.starts_date::timestamp) as happened_at,
    'operations' as source,
    happened.code,
    coalesce(operations.operation_name, happened.operation_key) as label,
    happened.status,
from happened
left join base.operations on operations.operation_key = happened.operation_key
where coalesce(happened.happened_at, operations.starts_date::timestamp) is not null
order by happened.customer_id, coalesce(happened.happened_at, operations.starts_date::timestamp) desc, happened.event_id
limit $rows
