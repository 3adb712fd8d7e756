-- reads:  rows (web events; product and basket are JSON already)
-- writes: lines of site/evenements-*.jsonl, Segment spec (common fields, identify, page, track, v2 e-commerce)
-- grain:  one row per event
-- params: none
with common as (
    select
        *,
        md5('message' || seed || '-' || number)::uuid as message,
        md5('device' || seed || '-' || device)::uuid as browser,
        strftime(sent, '%Y-%m-%dT%H:%M:%S.') || lpad((number * 7 % 1000)::varchar, 3, '0') || 'Z' as stamp
    from rows
),
named as (
    select
        *,
        ',"messageId":"' || message || '","anonymousId":"' || browser || '","userId":'
        || coalesce('"' || account || '"', 'null') || ',"timestamp":"' || stamp
        || '","context":{"library":{"name":"analytics.js","version":"2.11.1"},"locale":"fr-FR","page":{"path":"'
        || case
            when product_key is not null then '/produit/' || product_key
            when kind = 'Order Completed' then '/commande/confirmation'
            when kind = 'identify' then '/connexion'
            else '/'
        end || '"}}' as shared
    from common
)
select
    case kind
        when 'identify' then '{"type":"identify"' || shared || ',"traits":' || to_json({
            'firstName': first_name, 'lastName': last_name, 'email': email, 'phone': mobile, 'birthday': birth_date,
            'createdAt': opened,
            'address': {'street': street, 'postalCode': postcode, 'city': city, 'country': 'FR'}
        })::varchar
        when 'page' then '{"type":"page","name":"Accueil"' || shared
            || ',"properties":{"title":"Brindille","path":"/","url":"https://www.brindille.example/"}'
        when 'Order Completed' then '{"type":"track","event":"Order Completed"' || shared || ',"properties":{"order_id":"WEB'
            || lpad((order_id + 1)::varchar, 7, '0') || '","total":' || (cents / 100.0) || ',"revenue":' || (cents / 100.0)
            || ',"shipping":0,"currency":"EUR","products":' || basket || '}'
        else '{"type":"track","event":"' || kind || '"' || shared || ',"properties":' || product
    end || '}' || chr(10) as line
from named
