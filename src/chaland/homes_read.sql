-- reads:  work.home_texts (the columns of a file, as text, named after our fields), reference communes and postcodes
-- writes: work.homes
-- grain:  one row per customer whose commune is known: by its code, by postcode and town, or by postcode alone (its largest)
-- params: $communes, $postcodes (paths of the reference tables)
with texts as (
    select
        nullif(trim(customer), '') as customer_id,
        -- a spreadsheet eats the first zero
        lpad(nullif(upper(trim(commune)), ''), 5, '0') as insee_code,
        lpad(nullif(regexp_replace(trim(postcode), '[^0-9]', '', 'g'), ''), 5, '0') as postcode,
        regexp_replace(
            regexp_replace(upper(strip_accents(trim(city))), '[^A-Z0-9]+', ' ', 'g'), '(^| )STE? ', '\1SAINT ', 'g'
        ) as town,
        line,
    from work.home_texts
),

known as (
    select
        insee_code,
        any_value(city order by city) as city,
        max(population) as population,
    from read_parquet($communes)
    group by insee_code
),

towns as (
    select distinct
        postcodes.postcode,
        postcodes.insee_code,
        known.population,
        unnest([known.city, postcodes.delivery_label]) as town,
    from read_parquet($postcodes) as postcodes
    inner join known on known.insee_code = postcodes.insee_code
),

folded as (
    select distinct
        postcode,
        insee_code,
        population,
        regexp_replace(
            regexp_replace(upper(strip_accents(town)), '[^A-Z0-9]+', ' ', 'g'), '(^| )STE? ', '\1SAINT ', 'g'
        ) as town,
    from towns
),

-- the address is worked out once, however many customers live there
addresses as (
    select distinct postcode, town from texts where postcode is not null
),

found as (
    select
        addresses.postcode,
        addresses.town,
        folded.insee_code,
    from addresses
    inner join folded on folded.postcode = addresses.postcode
    qualify row_number() over (
        partition by addresses.postcode, addresses.town
        order by
            coalesce(folded.town = addresses.town, false) desc,
            folded.population desc nulls last,
            folded.insee_code
    ) = 1
),

placed as (
    select
        texts.customer_id,
        coalesce(known.insee_code, found.insee_code) as insee_code,
        texts.line,
    from texts
    left join known on known.insee_code = texts.insee_code
    left join found on found.postcode = texts.postcode and found.town is not distinct from texts.town
)

select
    customer_id,
    insee_code,
from placed
where customer_id is not null and insee_code is not null
qualify row_number() over (partition by customer_id order by line) = 1
