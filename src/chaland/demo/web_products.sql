-- reads:  rows (products)
-- writes: the properties of a Product Viewed or Product Added event
-- grain:  one row per product
-- params: none
select
    to_json({
        'product_id': product_key, 'sku': product_key, 'name': product_label, 'category': department, 'brand': brand,
        'price': list_price::decimal(9, 2), 'currency': 'EUR'
    })::varchar as product
from rows
