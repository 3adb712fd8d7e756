-- reads:  identity_voices
-- writes: identity_several (a work table of this room)
-- grain:  one row per record or correction of the customers of whom several speak: one has to choose between their words
-- params: none
-- turn: a steward's word comes first, his last one before the others; then the latest record
create or replace temp table identity_several as
select
    record_id,
    bool_or(is_correction) over (partition by customer_id) as is_corrected,
    row_number() over (
        partition by customer_id
        order by
            case when is_correction then -epoch_us(recorded_at) else 0 end,
            coalesce(-epoch_us(recorded_at), 9223372036854775807),
            record_id
    ) as turn
from identity_voices
where not is_key_only
qualify count(*) over (partition by customer_id) > 1 or is_corrected
