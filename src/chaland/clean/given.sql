-- reads:  landing.people, work.clean_whole_texts
-- writes: work.clean_given (a view)
-- grain:  one row per row of landing.people; where one field holds a whole person, what it holds stands in its own
--         fields, unless the row gives them elsewhere
-- params: none
create or replace view work.clean_given as
with fields as (
    select distinct
        source,
        field
    from work.clean_whole_texts
),

placed as (
    select
        people.*,
        fields.field,
        case fields.field
            when 'full_name' then people.full_name
            when 'last_name' then people.last_name
            when 'organisation' then people.organisation
            when 'address' then people.address
        end as text
    from landing.people as people
    left join fields
        on people.source = fields.source
)

select
    placed.* exclude (field, text)
    replace (
        coalesce(
            case when placed.field is distinct from 'full_name' then placed.full_name end, nullif(parts.full_name, '')
        ) as full_name,
        case when placed.field is distinct from 'last_name' then placed.last_name end as last_name,
        case when placed.field is distinct from 'organisation' then placed.organisation end as organisation,
        coalesce(
            case when placed.field is distinct from 'address' then placed.address end, nullif(parts.address, '')
        ) as address,
        coalesce(placed.phone, nullif(parts.phone, '')) as phone,
        coalesce(placed.email, nullif(parts.email, '')) as email
    )
from placed
left join work.clean_whole_texts as parts
    on placed.source = parts.source
    and placed.text = parts.text
