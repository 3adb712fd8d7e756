-- reads:  landing.operations, base.operation_targets, base.redemptions
-- writes: base.operations
-- grain:  one row per operation: the file's latest line, and those that only targets or redemptions name
with listed as (
    select
        operation_key,
        operation_name,
        operation_kind,
        starts_date,
        ends_date,
    from landing.operations
    qualify row_number() over (partition by operation_key order by load_id desc, file desc, line desc) = 1
),

targeted as (
    select
        operation_key,
        count(*) as targets,
    from base.operation_targets
    group by operation_key
),

redeemed as (
    select
        operation_key,
        count(*) as redemptions,
    from base.redemptions
    where operation_key is not null
    group by operation_key
),

named as (
    select operation_key from listed
    union
    select operation_key from targeted
    union
    select operation_key from redeemed
)

select
    named.operation_key,
    listed.operation_name,
    listed.operation_kind,
    listed.starts_date,
    listed.ends_date,
    coalesce(targeted.targets, 0)::integer as targets,
    coalesce(redeemed.redemptions, 0)::integer as redemptions,
from named
left join listed on listed.operation_key = named.operation_key
left join targeted on targeted.operation_key = named.operation_key
left join redeemed on redeemed.operation_key = named.operation_key
