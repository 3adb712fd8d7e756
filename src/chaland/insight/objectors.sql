-- reads:  base.consents
-- writes: work.objectors
-- grain:  one row per customer who objects to profiling: the latest word of one of his records at least is a no. Where
--         records that said otherwise were joined, the more restrictive stands.  key: customer_id
-- params: $profiling (varchar): what stands for profiling where a channel does
create or replace table work.objectors as
select distinct customer_id
from base.consents
where channel = $profiling and not is_granted
