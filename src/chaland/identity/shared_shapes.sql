-- reads:  clean.records, identity_dropped
-- writes: nothing; what the contacts set aside look like, those that most records give first
-- grain:  one row per shape (a letter is a, a digit 9) of the e-mails and numbers that too many last names share
-- params: $most (integer)
with given as (
    select unnest([phone, case when mobile is distinct from phone then mobile end, email_key]) as contact
    from clean.records
    where not is_key_only
),

counted as (
    select
        given.contact,
        count(*) as records
    from given
    semi join identity_dropped
        on given.contact = identity_dropped.contact
    group by given.contact
)

select
    left(regexp_replace(regexp_replace(contact, '[0-9]', '9', 'g'), '\p{L}', 'a', 'g'), 40) as shape,
    cast(count(*) as integer) as contacts,
    cast(sum(records) as bigint) as records
from counted
group by shape
order by records desc, shape
limit $most
