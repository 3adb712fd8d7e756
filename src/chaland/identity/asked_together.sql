-- reads:  clean.records, identity_seeds, identity_rows
-- writes: identity_asked (a work table of this room)
-- grain:  one row per record to be named again
-- params: none
-- what the index holds of a record need not be looked for; the others are new, known by a key alone, or no more
-- is_here: false for a record withdrawn, which is named no more but whose household is
create or replace temp table identity_asked as
with others as (
    select record_id
    from identity_seeds
    anti join identity_rows
        on identity_seeds.record_id = identity_rows.record_id
)

select
    record_id,
    false as is_key_only,
    is_organisation,
    true as is_here
from identity_rows
union all
select
    others.record_id,
    records.is_key_only,
    records.is_organisation,
    records.record_id is not null as is_here
from others
left join clean.records
    on others.record_id = records.record_id
