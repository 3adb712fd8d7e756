-- reads:  work.flag_effects
-- writes: base.customer_attributes
-- grain:  one row per customer, attribute and list that gives it, its latest value;  key: customer_id, attribute, source
with enriched as (
    select * from work.flag_effects where flag in ('enrichment', 'high_potential')
),

given as (
    select
        *,
        unnest(map_entries(cast(json(attributes) as map(varchar, varchar)))) as entry,
    from enriched
    where json_valid(attributes)
),

found as (
    select * exclude (entry), entry.key as attribute, entry.value as value from given
    union all by name
    select *, 'occupation' as attribute, occupation as value from enriched
    union all by name
    select *, 'birth_date' as attribute, birth_date::varchar as value from enriched where matched_by <> 'name_birth_date'
    union all by name
    select *, 'sex' as attribute, sex as value from enriched where flag = 'enrichment' and first_name_key is null
)

select
    customer_id,
    attribute,
    value,
    source,
    load_id,
    file,
    line,
    flagged_date as given_date,
    matched_by,
    certainty,
from found
where value is not null and trim(value) <> ''
qualify row_number() over (
    partition by customer_id, attribute, source
    order by flagged_date desc nulls last, load_id desc, file desc, line desc
) = 1
