-- reads:  base.record_links
-- writes: nothing (a question)
-- grain:  one row: a pair of records that was compared, its evidence in bits; none when it was not
-- params: $record_id_l (varchar), $record_id_r (varchar)
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
where record_id_l = $record_id_l and record_id_r = $record_id_r
