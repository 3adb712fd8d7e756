-- reads:  rows (products of each web order)
-- writes: the `products` array of the Segment event; price is that of one unit, discount deducted
-- grain:  one row per order
-- params: none
select
    to_json(
        list_transform(
            basket,
            lambda item: {
                'product_id': item.product_id,
                'sku': item.product_id,
                'name': item.name,
                'category': item.category,
                'brand': item.brand,
                'price': round(item.cents / 100.0 / item.quantity, 4),
                'quantity': item.quantity,
                'amount': item.cents / 100.0
            }
        )
    )::varchar as products
from rows
