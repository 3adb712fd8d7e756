-- reads:  base.identity_model
-- writes: nothing (a question)
-- grain:  one row per comparison level of the model, level by level in the model's order
-- params: none
select
    comparison,
    level,
    m_probability,
    household_probability,
    u_probability,
    match_weight
from base.identity_model
order by rowid
