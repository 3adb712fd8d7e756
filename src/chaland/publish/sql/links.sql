-- reads:  base.record_links
-- writes: nothing (a question)
-- grain:  one row per pair of records that was compared, its evidence in bits, the strongest first
-- params: $customer_id (varchar): both records are his; null: they are not of one customer
--         $record_ids (varchar[]): one of the two is among these; null for all
--         $rows (integer): rows at most
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
        'organisation': weight_organisation,
        'occupation': weight_occupation,
        'birth_place': weight_birth_place
    } as weights,
from base.record_links
where
    (customer_id = $customer_id or ($customer_id is null and customer_id is null))
    and (
        $record_ids is null
        or list_contains($record_ids, record_id_l)
        or list_contains($record_ids, record_id_r)
    )
order by match_weight desc, record_id_l, record_id_r
limit $rows
