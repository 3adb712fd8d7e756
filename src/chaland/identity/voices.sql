-- reads:  identity_sheets, clean.corrections, identity.persons, identity.corrections, identity_touched
-- writes: identity_voices (a work table of this room)
-- grain:  one row per record and per correction that speaks of a customer
-- params: none
-- numbers in place of texts: a customer is the first turn of those who speak of him
-- turn: a steward's word comes first, his last one before the others; then the latest record
-- lateness: the latest is greatest, and a steward's greater still; of two as late, that of the greatest name
-- is_alone: the customer is this record and no other
create or replace temp table identity_voices as
with every_voice as (
    select
        records.word,
        persons.customer_id,
        persons.household_id,
        false as is_correction,
        records.is_key_only,
        records.recorded_at,
        records.record_id
    from identity_sheets as records
    inner join identity.persons
        on records.record_id = persons.record_id
    semi join identity_touched
        on persons.customer_id = identity_touched.customer_id
    union all
    select
        -1 - corrections.rowid as word,
        links.customer_id,
        null as household_id,
        true as is_correction,
        false as is_key_only,
        corrections.corrected_at as recorded_at,
        corrections.record_id
    from clean.corrections
    inner join identity.corrections as links
        on corrections.record_id = links.record_id
    where links.customer_id is not null
),

in_turn as (
    select
        * exclude (record_id),
        row_number() over (order by is_correction desc, recorded_at desc nulls last, record_id) as turn,
        row_number() over (
            order by is_correction, coalesce(recorded_at, timestamp '1900-01-01'), record_id
        ) as lateness
    from every_voice
)

select
    *,
    min(turn) over of_one as customer,
    count(*) over of_one = 1 and not is_correction as is_alone
from in_turn
window of_one as (partition by customer_id)
