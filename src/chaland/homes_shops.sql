-- reads:  work.shop_texts (the columns of a file, as text, named after our fields)
-- writes: base.shops
-- grain:  one row per shop, the first of the file that bears its code;  key: shop_key
select
    trim(shop) as shop_key,
    coalesce(nullif(trim(name), ''), trim(shop)) as shop_name,
    lpad(nullif(regexp_replace(trim(postcode), '[^0-9]', '', 'g'), ''), 5, '0') as postcode,
    nullif(trim(city), '') as city,
from work.shop_texts
where nullif(trim(shop), '') is not null
qualify row_number() over (partition by trim(shop) order by line) = 1
