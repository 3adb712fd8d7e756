-- reads:  identity.pairs, record_names
-- writes: pairs.parquet
-- grain:  one row per pair linked, or near the threshold;  key: record_id_l, record_id_r
-- params: none
select
    names_l.name as record_id_l,
    names_r.name as record_id_r,
    pairs.* exclude (record_id_l, record_id_r)
from identity.pairs
inner join record_names as names_l
    on pairs.record_id_l = names_l.record_id
inner join record_names as names_r
    on pairs.record_id_r = names_r.record_id
order by names_l.name, names_r.name
