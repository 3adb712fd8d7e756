-- reads:  clean.records, identity.persons, identity.customers, work.returns
-- writes: base.contact_points
-- grain:  one row per customer, channel and distinct value;  key: customer_id, channel, value
with records as (
    select
        persons.customer_id,
        records.*,
    from clean.records
    inner join identity.persons on persons.record_id = records.record_id
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

sightings as (
    select * from post
    union all
    select * from phone
    union all
    select * from mobile
    union all
    select * from email
),

points as (
    select *
    from sightings
    qualify row_number() over (
        partition by customer_id, channel, value
        order by seen_at desc nulls last, record_id
    ) = 1
),

-- A return says which address, number or e-mail came back; when it names the person alone, those known by then did.
came_back as (
    select distinct
        points.customer_id,
        points.channel,
        points.value,
    from points
    inner join work.returns
        on
            returns.customer_id = points.customer_id
            and returns.effect = 'returned'
            and (
                returns.channel = points.channel
                or (returns.channel in ('phone', 'sms') and points.channel in ('phone', 'mobile'))
            )
    where
        case points.channel
            when 'post' then case
                when returns.street_key is not null
                    then
                        returns.street_key is not distinct from points.street_key
                        and returns.postcode is not distinct from points.postcode
                        and returns.street_number is not distinct from points.street_number
                else coalesce(points.seen_at::date <= returns.flagged_date, true)
            end
            when 'email' then case
                when returns.email_key is not null then returns.email_key = points.email_key
                else coalesce(points.seen_at::date <= returns.flagged_date, true)
            end
            else case
                when returns.number_1 is not null then points.number in (returns.number_1, returns.number_2)
                else coalesce(points.seen_at::date <= returns.flagged_date, true)
            end
        end
)

select
    points.customer_id,
    points.channel,
    points.value,
    points.is_chosen,
    points.grade,
    points.reason,
    points.source,
    points.seen_at,
    came_back.customer_id is not null as is_returned,
from points
left join came_back
    on
        came_back.customer_id = points.customer_id
        and came_back.channel = points.channel
        and came_back.value = points.value
