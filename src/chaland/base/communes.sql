-- reads:  landing.communes
-- writes: base.communes
-- grain:  one row per commune, the latest line about it
select
    insee_code,
    city,
    population,
from landing.communes
qualify row_number() over (partition by insee_code order by load_id desc, file desc, line desc) = 1
