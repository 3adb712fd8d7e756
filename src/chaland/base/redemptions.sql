-- reads:  landing.redemptions, identity.persons
-- writes: base.redemptions
-- grain:  one row per coupon redeemed
select
    persons.customer_id,
    redemptions.coupon_key,
    redemptions.operation_key,
    redemptions.redeemed_at,
    redemptions.source,
    redemptions.load_id,
    redemptions.file,
    redemptions.line,
from landing.redemptions
left join identity.persons on persons.record_id = redemptions.system || ':' || redemptions.person_key
