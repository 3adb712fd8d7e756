-- reads:  base.record_links
-- writes: nothing (a question)
-- grain:  one row per pair of a customer's records that was compared, the strongest evidence first
-- params: $customer_id (varchar)
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
where customer_id = $customer_id
order by match_weight desc, record_id_l, record_id_r
limit 500
