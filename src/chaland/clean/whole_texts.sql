-- reads:  landing.people
-- writes: nothing; the texts of a field that holds whole persons
-- grain:  one row per distinct text
-- params: $source, $field (varchar)
select distinct
    case $field
        when 'full_name' then full_name
        when 'last_name' then last_name
        when 'organisation' then organisation
        when 'address' then address
    end as text
from landing.people
where source = $source and text is not null
order by text
