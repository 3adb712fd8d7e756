-- reads:  base.record_links, base.records
-- writes: nothing (a question)
-- grain:  one row per pair compared of one record of the first customer with one of the second; strongest first
-- params: $one (varchar), $other (varchar): customers; $other empty: anybody else
with mine as (
    select record_id
    from base.records
    where customer_id = $one
),

theirs as (
    select record_id
    from base.records
    where customer_id = $other
)

select
    record_id_l,
    record_id_r,
    blocking_rule,
    match_weight,
    match_probability,
    is_linked,
    {
        'first_name': weight_first_name,
        'last_name': weight_last_name,
        'sex': weight_sex,
        'birth_date': weight_birth_date,
        'address': weight_address,
        'phone': weight_phone,
        'email': weight_email,
        'card': weight_card,
        'organisation': weight_organisation
    } as weights,
from base.record_links
where customer_id is null
    and (
        (record_id_l in (select record_id from mine) and ($other = '' or record_id_r in (select record_id from theirs)))
        or (record_id_r in (select record_id from mine) and ($other = '' or record_id_l in (select record_id from theirs)))
    )
order by match_weight desc, record_id_l, record_id_r
limit 100
