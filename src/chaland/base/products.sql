-- reads:  landing.products, landing.ticket_lines
-- writes: base.products
-- grain:  one row per product: the product file's latest line, completed by its commonest writing on tickets
with listed as (
    select
        product_key,
        product_label,
        family,
        department,
        brand,
        list_price,
    from landing.products
    qualify row_number() over (partition by product_key order by load_id desc, file desc, line desc) = 1
),

writings as (
    select
        product_key,
        product_label,
        family,
        department,
        count(*) as lines,
        max(sold_at) as last_sold_at,
    from landing.ticket_lines
    where product_key is not null and is_product
    group by product_key, product_label, family, department
),

sold as (
    select
        product_key,
        product_label,
        family,
        department,
    from writings
    qualify row_number() over (
        partition by product_key
        order by lines desc, last_sold_at desc, product_label nulls last, family nulls last, department nulls last
    ) = 1
)

select
    coalesce(listed.product_key, sold.product_key) as product_key,
    coalesce(listed.product_label, sold.product_label) as product_label,
    coalesce(listed.family, sold.family) as family,
    coalesce(listed.department, sold.department) as department,
    listed.brand,
    listed.list_price,
from listed
full outer join sold on sold.product_key = listed.product_key
