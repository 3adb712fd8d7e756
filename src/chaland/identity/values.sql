-- reads:  identity_said, identity_won
-- writes: identity.values
-- grain:  one row per customer, field and distinct value;  key: customer_id, field, value
-- params: none
select
    said.customer_id,
    said.field,
    said.value,
    won.is_chosen,
    won.rule,
    said.record_id,
    said.source,
    won.seen_at,
    said.grade,
    said.reason,
    won.records,
    won.first_seen_at,
    won.valid_from,
    won.valid_to
from identity_said as said
inner join identity_won as won
    on said.word = won.word
    and said.field = won.field
where not said.is_alone
union all
-- who speaks alone of a customer is not contradicted
select
    customer_id,
    field,
    value,
    true as is_chosen,
    'verified' as rule,
    record_id,
    source,
    recorded_at as seen_at,
    grade,
    reason,
    1 as records,
    recorded_at as first_seen_at,
    recorded_at as valid_from,
    null as valid_to
from identity_said
where is_alone
