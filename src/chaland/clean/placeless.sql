-- reads:  landing.people
-- writes: nothing; some texts of the fields that may hold whole persons, of sources that tell no place apart
-- grain:  one row per source and field that says something
-- params: $looked_at (integer): texts drawn of each
with placeless as (
    select source
    from landing.people
    group by source
    having count(street) = 0 and count(postcode) = 0 and count(city) = 0
),

texts as (
    select
        source,
        unnest(['full_name', 'last_name', 'organisation', 'address']) as field,
        unnest([full_name, last_name, organisation, address]) as text,
    from landing.people
    semi join placeless using (source)
)

select
    source,
    field,
    arg_min(text, hash(text), $looked_at) as texts,
from texts
where text is not null
group by source, field
order by source, field
