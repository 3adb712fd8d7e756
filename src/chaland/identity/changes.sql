-- reads:  the digests of this run and of the last (digests.sql)
-- writes: identity_changes (a work table of this room)
-- grain:  one row per record that is not what it was
-- params: $now, $before (their Parquet files)
-- kind: new; matched (what is matched upon changed); told (only the rest did); withdrawn
create or replace temp table identity_changes as
select
    coalesce(now.record_id, before.record_id) as record_id,
    coalesce(now.is_key_only, before.is_key_only) as is_key_only,
    before.is_key_only as was_key_only,
    case
        when before.record_id is null then 'new'
        when now.record_id is null then 'withdrawn'
        when now.matched <> before.matched then 'matched'
        else 'told'
    end as kind
from read_parquet($now) as now
full join read_parquet($before) as before
    on now.record_id = before.record_id
where now.said is distinct from before.said
