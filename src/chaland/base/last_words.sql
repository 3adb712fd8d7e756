-- reads:  base.consents, identity.persons
-- writes: work.last_words
-- grain:  one row per customer and channel he spoke about: his latest word
--         An undated no counts as the latest word and an undated yes as the oldest; at the same instant, no wins.
--         Of persons whom a steward's decision joined, each keeps his latest word, and the more restrictive stands: a
--         no, else the older yes.
create or replace table work.last_words as
with of_each as (
    select
        consents.customer_id,
        consents.channel,
        consents.is_granted,
        consents.said_at,
    from base.consents
    inner join identity.persons on persons.record_id = consents.record_id
    qualify row_number() over (
        partition by
            consents.customer_id,
            coalesce(persons.undecided_customer_id, consents.customer_id),
            consents.channel
        order by
            (consents.said_at is null and not consents.is_granted) desc,
            consents.said_at desc nulls last,
            consents.is_granted,
            consents.record_id
    ) = 1
)

select
    customer_id,
    channel,
    is_granted,
    said_at,
from of_each
qualify row_number() over (partition by customer_id, channel order by is_granted, said_at nulls first) = 1
