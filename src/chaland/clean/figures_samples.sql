-- reads:  report_records
-- writes: samples to show
-- grain:  at most $most rows per field and reason, chosen by a hash of the record so that order does not matter
-- params: $reasons (list of 'field reason'), $most (rows kept of each)
with candidates as (
    select
        record_id,
        source,
        load_id,
        file,
        line,
        unnest([
            {
                'field': 'name',
                'reason': name_reason,
                'after': case
                    when is_organisation then organisation
                    else concat_ws(
                        ' ',
                        case civility when 'M' then 'M.' when 'MME' then 'Mme' when 'M+MME' then 'M. et Mme' end,
                        title,
                        first_name,
                        last_name,
                        '(' || birth_name || ')'
                    )
                end
            },
            {
                'field': 'address',
                'reason': address_reason,
                'after': concat_ws(
                    chr(10), address_line_2, address_line_3, address_line_4, address_line_5, address_line_6
                )
            },
            {'field': 'phone', 'reason': phone_reason, 'after': concat_ws(' ', phone, mobile)},
            {'field': 'mobile', 'reason': mobile_reason, 'after': concat_ws(' ', mobile, phone)},
            {'field': 'email', 'reason': email_reason, 'after': email},
            {'field': 'birth_date', 'reason': birth_date_reason, 'after': cast(birth_date as varchar)}
        ]) as verdict,
    from report_records
    where not is_key_only and line is not null
),

ranked as (
    select
        record_id,
        source,
        load_id,
        file,
        line,
        verdict.field as field,
        verdict.reason as reason,
        coalesce(verdict.after, '') as after,
        row_number() over (
            partition by verdict.field, verdict.reason
            order by hash(record_id), record_id
        ) as rank,
    from candidates
    where list_contains($reasons, verdict.field || ' ' || verdict.reason)
)

select
    field,
    reason,
    record_id,
    source,
    load_id,
    file,
    line,
    after,
from ranked
where rank <= $most
order by field, reason, rank
