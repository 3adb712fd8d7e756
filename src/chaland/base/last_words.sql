-- reads:  base.consents
-- writes: work.last_words
-- grain:  one row per customer and channel he spoke about: his latest word
--         An undated no counts as the latest word and an undated yes as the oldest; at the same instant, no wins
--         (when two records are joined, the more restrictive state is kept).
create or replace table work.last_words as
select
    customer_id,
    channel,
    is_granted,
    said_at,
from base.consents
qualify row_number() over (
    partition by customer_id, channel
    order by
        (said_at is null and not is_granted) desc,
        said_at desc nulls last,
        is_granted,
        record_id
) = 1
