-- reads:  base.consents, base.consent_events
-- writes: nothing (a question)
-- grain:  one row per record of a customer, moment and answer (the channels it said yes, or no, to), and per word of which
--         the proof was kept, told once: with its channel, its purpose and its answer; the latest first
-- params: $first_id, $last_id (varchar): customers, both included; $rows (integer)
with spoken as (
    select
        customer_id,
        consent_event_id as event_id,
        said_at as happened_at,
        source,
        case when is_granted then 'yes' else 'no' end as code,
        record_id as label,
        purpose as status,
        proof as comment,
        channel,
    from base.consent_events
    where customer_id between $first_id and $last_id
),

written as (
    select
        customer_id,
        record_id,
        source,
        said_at,
        is_granted,
        channel,
    from base.consents
    where
        customer_id between $first_id and $last_id
        and said_at is not null
        and not exists (
            select 1
            from spoken
            where
                spoken.customer_id = consents.customer_id
                and spoken.source = consents.source
                and spoken.happened_at = consents.said_at
                and spoken.channel = consents.channel
        )
),

happened as (
    select
        customer_id,
        record_id || case when is_granted then ':yes:' else ':no:' end || said_at::varchar as event_id,
        said_at as happened_at,
        source,
        case when is_granted then 'yes' else 'no' end as code,
        record_id as label,
        null as status,
        null as comment,
        list_sort(list(channel)) as departments,
    from written
    group by customer_id, record_id, source, said_at, is_granted
    union all
    select
        * exclude (channel),
        [channel] as departments,
    from spoken
)

select
    customer_id,
    'consent' as kind,
    event_id,
    happened_at,
    source,
    code,
    label,
    status,
    comment,
    departments,
from happened
order by customer_id, happened_at desc, event_id
limit $rows
