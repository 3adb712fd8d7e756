-- reads:  clean.records, clean.corrections, identity.corrections, identity.persons, identity.customers, work.flag_effects
-- writes: base.contact_points
-- grain:  one row per customer, channel and distinct value;  key: customer_id, channel, value
--         What an enrichment found is one more value, never the chosen one. A value that came back is worth D.
with records as (
    select
        persons.customer_id,
        records.*,
    from clean.records
    inner join identity.persons on persons.record_id = records.record_id
    union all by name
    select
        links.customer_id,
        corrections.corrected_at as recorded_at,
        corrections.*,
    from clean.corrections
    inner join identity.corrections as links on links.record_id = corrections.record_id
    where links.customer_id is not null
),

post as (
    select
        records.customer_id,
        'post' as channel,
        concat_ws(
            chr(10),
            case
                when customers.is_organisation then customers.organisation
                else nullif(
                    concat_ws(' ', replace(customers.civility, '+', ' ET '), customers.first_name, customers.last_name), ''
                )
            end,
            records.address_line_2,
            records.address_line_3,
            records.address_line_4,
            records.address_line_5,
            records.address_line_6
        ) as value,
        coalesce(
            records.address_line_6 = customers.address_line_6
            and records.address_line_2 is not distinct from customers.address_line_2
            and records.address_line_3 is not distinct from customers.address_line_3
            and records.address_line_4 is not distinct from customers.address_line_4
            and records.address_line_5 is not distinct from customers.address_line_5,
            false
        ) as is_chosen,
        records.address_grade as grade,
        records.address_reason as reason,
        records.source,
        records.record_id,
        records.recorded_at as seen_at,
        records.postcode,
        records.street_key,
        records.street_number,
        null as email_key,
        null as number,
    from records
    inner join identity.customers on customers.customer_id = records.customer_id
    where records.address_line_6 is not null
),

phone as (
    select
        records.customer_id,
        'phone' as channel,
        records.phone as value,
        coalesce(records.phone = customers.phone, false) as is_chosen,
        records.phone_grade as grade,
        records.phone_reason as reason,
        records.source,
        records.record_id,
        records.recorded_at as seen_at,
        null as postcode,
        null as street_key,
        null as street_number,
        null as email_key,
        records.phone as number,
    from records
    inner join identity.customers on customers.customer_id = records.customer_id
    where records.phone is not null
),

mobile as (
    select
        records.customer_id,
        'mobile' as channel,
        records.mobile as value,
        coalesce(records.mobile = customers.mobile, false) as is_chosen,
        records.mobile_grade as grade,
        records.mobile_reason as reason,
        records.source,
        records.record_id,
        records.recorded_at as seen_at,
        null as postcode,
        null as street_key,
        null as street_number,
        null as email_key,
        records.mobile as number,
    from records
    inner join identity.customers on customers.customer_id = records.customer_id
    where records.mobile is not null
),

email as (
    select
        records.customer_id,
        'email' as channel,
        records.email as value,
        coalesce(records.email = customers.email, false) as is_chosen,
        records.email_grade as grade,
        records.email_reason as reason,
        records.source,
        records.record_id,
        records.recorded_at as seen_at,
        null as postcode,
        null as street_key,
        null as street_number,
        records.email_key,
        null as number,
    from records
    inner join identity.customers on customers.customer_id = records.customer_id
    where records.email is not null
),

found as (
    select
        matches.*,
        nullif(concat_ws(' ', customers.first_name, customers.last_name), '') as full_name,
        matches.flagged_date::timestamp as seen_at,
    from work.flag_effects as matches
    inner join identity.customers on customers.customer_id = matches.customer_id
    where matches.flag = 'enrichment'
),

enrichment as (
    select
        customer_id,
        'post' as channel,
        concat_ws(
            chr(10), full_name, address_line_2, address_line_3, address_line_4, address_line_5, address_line_6
        ) as value,
        false as is_chosen,
        address_grade as grade,
        address_reason as reason,
        source,
        seen_at,
        postcode,
        street_key,
        street_number,
        null as email_key,
        null as number,
    from found
    where address_line_6 is not null and matched_by <> 'name_address'
    union all by name
    select
        customer_id, 'phone' as channel, phone as value, false as is_chosen, phone_grade as grade,
        phone_reason as reason, source, seen_at, phone as number,
    from found
    where phone is not null
    union all by name
    select
        customer_id, 'mobile' as channel, mobile as value, false as is_chosen, mobile_grade as grade,
        mobile_reason as reason, source, seen_at, mobile as number,
    from found
    where mobile is not null
    union all by name
    select
        customer_id, 'email' as channel, email as value, false as is_chosen, email_grade as grade,
        email_reason as reason, source, seen_at, email_key,
    from found
    where email is not null
),

sightings as (
    select * from post
    union all
    select * from phone
    union all
    select * from mobile
    union all
    select * from email
    union all by name
    select * from enrichment
),

points as (
    select
        *,
        -- an undated sighting may be the oldest
        case when count(*) over same = count(seen_at) over same then min(seen_at) over same end as first_seen_at,
    from sightings
    window same as (partition by customer_id, channel, value)
    qualify row_number() over (
        partition by customer_id, channel, value
        order by record_id is null, seen_at desc nulls last, record_id, source
    ) = 1
),

-- A return says which address, number or e-mail came back; when it names the person alone, those known by then did.
came_back as (
    select
        points.customer_id,
        points.channel,
        points.value,
        arg_max(
            {'returned_date': returns.flagged_date, 'reason': returns.flag_reason, 'source': returns.source},
            coalesce(returns.flagged_date, date '0001-01-01')::varchar || returns.source || returns.flag_reason
        ) as latest,
    from points
    inner join work.flag_effects as returns
        on
            returns.customer_id = points.customer_id
            and returns.effect = 'returned'
            and (
                returns.flag_channel = points.channel
                or (returns.flag_channel in ('phone', 'sms') and points.channel in ('phone', 'mobile'))
            )
    where
        case points.channel
            when 'post' then case
                when returns.street_key is not null
                    then
                        returns.street_key is not distinct from points.street_key
                        and returns.postcode is not distinct from points.postcode
                        and returns.street_number is not distinct from points.street_number
                else coalesce(points.first_seen_at::date <= returns.flagged_date, true)
            end
            when 'email' then case
                when returns.email_key is not null then returns.email_key = points.email_key
                else coalesce(points.first_seen_at::date <= returns.flagged_date, true)
            end
            else case
                when returns.number_1 is not null then points.number in (returns.number_1, returns.number_2)
                else coalesce(points.first_seen_at::date <= returns.flagged_date, true)
            end
        end
    group by points.customer_id, points.channel, points.value
)

select
    points.customer_id,
    points.channel,
    points.value,
    points.is_chosen,
    case when came_back.customer_id is not null then 'D' else points.grade end as grade,
    case
        when came_back.customer_id is null then points.reason
        when points.channel = 'post' then 'returned'
        else 'bounced'
    end as reason,
    points.source,
    points.seen_at,
    came_back.customer_id is not null as is_returned,
    came_back.latest.returned_date as returned_date,
    came_back.latest.reason as returned_reason,
    came_back.latest.source as returned_source,
from points
left join came_back
    on
        came_back.customer_id = points.customer_id
        and came_back.channel = points.channel
        and came_back.value = points.value
