-- reads:  identity.pairs, identity.persons
-- writes: base.record_links
-- grain:  one row per pair of records compared and kept;  key: record_id_l, record_id_r
select
    case when persons_l.customer_id = persons_r.customer_id then persons_l.customer_id end as customer_id,
    pairs.*,
from identity.pairs
left join identity.persons as persons_l on persons_l.record_id = pairs.record_id_l
left join identity.persons as persons_r on persons_r.record_id = pairs.record_id_r
