-- reads:  work.clean_sexes
-- writes: clean.records, the likely sex of those whose sex is not known
-- grain:  one row per record; key: record_id
-- params: none
update clean.records
set
    likely_sex = sexes.likely_sex,
    likely_sex_probability = sexes.likely_sex_probability
from work.clean_sexes as sexes
where
    records.sex is null
    and not records.is_organisation
    and records.civility is distinct from 'M+MME'
    and records.first_name_key = sexes.first_name_key
    and coalesce(cast(records.birth_year as varchar), '') = sexes.birth_year
    and sexes.likely_sex is not null
