-- reads:  base.records
-- writes: nothing (a question)
-- grain:  one row: a source record as it was cleaned; none when unknown
-- params: $record_id (varchar)
select
    record_id,
    customer_id,
    source,
    file,
    line,
    recorded_at,
    is_key_only,
    organisation,
    civility,
    first_name,
    last_name,
    birth_name,
    sex,
    birth_date,
    address_line_2,
    address_line_3,
    address_line_4,
    address_line_5,
    address_line_6,
    phone,
    mobile,
    email,
    card_number,
from base.records
where record_id = $record_id
