-- reads:  work.flag_matches
-- writes: work.flag_effects
-- grain:  one row per customer and line of an external list that names him, with what it changes: returned (the address, number
--         or e-mail is no good), objected, suppressed, deceased, bad_payer, high_potential, enrichment, to_check, no_change
--         Letters: PND1 is tried once more, two make a return; PND3 is an objection; PND4 changes nothing.
--         E-mail: an unsure failure counts twice; a full box or a fault that passes, five days over 30; what is the sender's
--         own fault (5.7.x, content) changes nothing; a complaint is an objection.
create or replace table work.flag_effects as
with counted as (
    select
        *,
        count(*) over same as times,
        count(distinct flagged_date) over same as days,
        date_diff('day', min(flagged_date) over same, max(flagged_date) over same) as days_between,
        count(distinct coalesce(flagged_date::varchar, source || file || line)) over same as occasions,
    from work.flag_matches
    window same as (
        partition by customer_id, flag, flag_channel, flag_reason, email_key, postcode, street_key, street_number
    )
)

select
    *,
    case
        when flag = 'suppression' then 'suppressed'
        when is_personal and certainty = 'doubtful' then 'to_check'
        when flag <> 'returned_mail' then flag
        when flag_reason in ('deceased') then 'deceased'
        when flag_reason in ('refused', 'complaint') then 'objected'
        when flag_reason in ('unclaimed', 'blocked', 'content') then 'no_change'
        when flag_reason = 'access' and times < 2 then 'no_change'
        when flag_reason in ('transient', 'full') and (days < 5 or days_between < 30) then 'no_change'
        when is_unsure_return and occasions < 2 then 'no_change'
        else 'returned'
    end as effect,
from counted
