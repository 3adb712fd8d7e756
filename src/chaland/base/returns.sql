-- reads:  work.flag_matches
-- writes: work.returns
-- grain:  one row per customer, channel, flag line: what came back, and what it means
--         Post (norm of La Poste's PND reasons): PND1 access or addressing fault, try once more: two make a return;
--         PND2 unknown at the address: returned; PND3 refused: an objection; PND4 unclaimed: no change.
--         E-mail (RFC 3463): 4.x.x is temporary and 5.7.x the sender's own fault: no change.
create or replace table work.returns as
with returns as (
    select
        *,
        upper(replace(coalesce(flag_code, ''), ' ', '')) as code,
    from work.flag_matches
    where flag = 'returned_mail'
)

select
    customer_id,
    flag_channel as channel,
    case
        when flag_channel = 'post' and code = 'PND3' then 'objected'
        when flag_channel = 'post' and code = 'PND4' then 'no_change'
        when
            flag_channel = 'post'
            and code = 'PND1'
            and count(*) over (partition by customer_id, flag_channel, code) < 2 then 'no_change'
        when flag_channel = 'email' and (code like '4.%' or code like '5.7.%') then 'no_change'
        else 'returned'
    end as effect,
    flagged_date,
    postcode,
    street_key,
    street_number,
    email_key,
    number_1,
    number_2,
from returns
