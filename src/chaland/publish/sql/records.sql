-- reads:  base.records
-- writes: nothing (a question)
-- grain:  one row per source record of a customer, the latest first
-- params: $customer_id (varchar)
select
    record_id,
    source,
    system,
    person_key,
    load_id,
    file,
    line,
    recorded_at,
    versions,
    is_key_only,
    is_organisation,
    organisation,
    civility,
    first_name,
    last_name,
    birth_name,
    birth_date,
    address_line_4,
    address_line_6,
    phone,
    mobile,
    email,
    -- a snapshot older than tiers or decisions has no column for them
    columns(c -> c in ('card_number', 'card_tier', 'undecided_customer_id')),
    name_grade,
    name_reason,
    birth_date_grade,
    birth_date_reason,
    address_grade,
    address_reason,
    phone_grade,
    phone_reason,
    mobile_grade,
    mobile_reason,
    email_grade,
    email_reason,
from base.records
where customer_id = $customer_id
order by recorded_at desc nulls last, record_id
