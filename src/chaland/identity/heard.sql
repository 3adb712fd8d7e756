-- reads:  identity_said
-- writes: identity_heard (a work table of this room)
-- grain:  one row per customer of whom several speak, and field: whether they agree, and who says it best
-- params: none
-- most fields have one value: those on which all agree are not weighed
-- is_disputed: of two values at least, or of which a steward speaks; values are told apart by their hashes
create or replace temp table identity_heard as
with digests as (
    select
        customer,
        field,
        hash(value) as digest,
        standing,
        recorded_at
    from identity_said
    where not is_alone
)

select
    customer,
    field,
    min(digest) as digest,
    min(digest) <> max(digest) or min(standing) < 100000000000000 as is_disputed,
    min(standing) as standing,
    cast(count(*) as integer) as records,
    min(recorded_at) as first_seen_at,
    max(recorded_at) as seen_at
from digests
group by customer, field
