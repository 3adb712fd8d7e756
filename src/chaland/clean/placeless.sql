-- reads:  landing.people
-- writes: nothing; the sources that tell no street, postcode nor town apart
-- grain:  one row per source
-- params: none
select source
from landing.people
group by source
having count(street) = 0 and count(postcode) = 0 and count(city) = 0
order by source
