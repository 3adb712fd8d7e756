-- reads:  landing.operation_targets, identity.persons
-- writes: base.operation_targets
-- grain:  one row per customer and operation that targeted him, the first time;  key: operation_key, customer_id
select
    targets.operation_key,
    persons.customer_id,
    targets.channel,
    targets.targeted_at,
from landing.operation_targets as targets
inner join identity.persons on persons.record_id = targets.system || ':' || targets.person_key
qualify row_number() over (
    partition by targets.operation_key, persons.customer_id
    order by targets.targeted_at nulls last, targets.load_id, targets.file, targets.line
) = 1
