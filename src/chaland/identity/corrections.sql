-- reads:  clean.corrections, identity.persons, identity.aliases
-- writes: identity.corrections
-- grain:  one row per correction of a steward;  key: record_id
-- params: none
-- its subject is a record, a customer in force, or a customer that once was
with subjects as (
    select distinct subject
    from clean.corrections
),

by_record as (
    select
        subjects.subject,
        persons.customer_id
    from subjects
    inner join identity.persons
        on subjects.subject = persons.record_id
),

by_customer as (
    select distinct
        subjects.subject,
        persons.customer_id
    from subjects
    inner join identity.persons
        on subjects.subject = persons.customer_id
)

select
    corrections.record_id,
    coalesce(by_record.customer_id, by_customer.customer_id, aliases.customer_id) as customer_id,
    corrections.subject,
    corrections.corrected_at,
    corrections.corrected_by,
    corrections.correction_reason,
    corrections.source
from clean.corrections
left join by_record
    on corrections.subject = by_record.subject
left join by_customer
    on corrections.subject = by_customer.subject
left join identity.aliases
    on corrections.subject = aliases.old_customer_id
