-- reads:  rows (what the card system wrote of each holder)
-- writes: lines of carte/porteurs.txt, 396 characters and the line end
-- grain:  one row per card
-- params: none
select
    key
    || fixed(civility, 10)
    || fixed(last_name, 30)
    || fixed(birth_name, 30)
    || fixed(first_name, 25)
    || fixed(strftime(birth_date::date, '%d%m%Y'), 8)
    || fixed(street, 38)
    || fixed(complement, 38)
    || fixed(place, 20)
    || fixed(postcode, 5)
    || fixed(city, 32)
    || fixed(phone, 14)
    || fixed(mobile, 14)
    || fixed(email, 60)
    || fixed(occupation, 20)
    || shop_key
    || strftime(opened, '%d%m%Y')
    || strftime(written, '%d%m%Y')
    || fixed(consent_post, 1)
    || fixed(consent_phone, 1)
    || fixed(consent_sms, 1)
    || fixed(consent_email, 1)
    || fixed(case when consent_email = 'O' then 'chèque 5 €' else '' end, 10)
    || fixed(tier, 6)
    || chr(13) || chr(10) as line
from rows
