-- reads:  clean.flags
-- writes: work.flag_lines
-- grain:  one row per line of an external list, with the reason of a return in our words
--         Letters (La Poste's PND reasons, NPAI before 2011, or words): PND1 access, PND2 and NPAI unknown, PND3 refused,
--         PND4 unclaimed. E-mail: classes of RFC 3463 and replies of RFC 5321. A reason that the list gives stands.
create or replace table work.flag_lines as
with coded as (
    select
        *,
        -- a returned letter is post unless the list says otherwise
        case when flag = 'returned_mail' then coalesce(flag_channel, 'post') else flag_channel end as channel,
        trim(regexp_replace(upper(strip_accents(coalesce(flag_code, ''))), '[^A-Z0-9.]+', ' ', 'g')) as code,
    from clean.flags
),

reasoned as (
    select
        *,
        case
            when flag <> 'returned_mail' or flag_reason is not null then flag_reason
            when channel = 'post' then case
                when regexp_matches(code, 'DECED|DECEASED') then 'deceased'
                when regexp_matches(code, '^(PND ?)?3$|REFUS') then 'refused'
                when regexp_matches(code, '^(PND ?)?4$|RECLAM|UNCLAIMED') then 'unclaimed'
                when regexp_matches(code, '\bPARTI|\bPSA\b|DEMENAG|MOVED') then 'moved'
                when regexp_matches(code, '^(PND ?)?1$|ACCES|ADRESSAGE|INCOMPLET|INSUFFISAN|IDENTIFIABLE') then 'access'
                else 'unknown'
            end
            when channel = 'email' then case
                when regexp_matches(code, '^[45]\.2\.2|^[45]52\b|FULL|PLEINE|QUOTA') then 'full'
                when regexp_matches(code, '^[45]\.7\.|BLOCK|BLOQU') then 'blocked'
                when regexp_matches(code, '^[45]\.6\.|^[45]\.2\.3|^[45]\.3\.4') then 'content'
                when regexp_matches(code, '^4|^5\.3\.|^5\.4\.[67]|SOFT|TEMPOR') then 'transient'
                when regexp_matches(code, 'SPAM|COMPLAINT|PLAINTE|ABUSE') then 'complaint'
                else 'permanent'
            end
            else 'permanent'
        end as return_reason,
    from coded
)

select
    * exclude (flag_channel, flag_reason, channel, return_reason, code),
    channel as flag_channel,
    return_reason as flag_reason,
    -- one such answer may be a passing fault of the server: two say more
    flag = 'returned_mail' and channel = 'email' and return_reason = 'permanent'
    and (
        regexp_matches(code, '^5\.4\.[14]|^5\.0\.0|^554\b')
        or (code = '' and flag_reason = 'permanent')
    ) as is_unsure_return,
    coalesce(last_name_key, upper(organisation)) as name_key,
    -- death and debts are one person's: a home's shared e-mail or telephone is not enough to say whose
    flag in ('deceased', 'bad_payer') or coalesce(return_reason = 'deceased', false) as is_personal,
    flag in ('high_potential', 'enrichment') as is_description,
    lower(trim(email_hash)) as email_digest,
    lower(trim(phone_hash)) as phone_digest,
from reasoned
