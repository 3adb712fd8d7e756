-- reads:  clean.companies, identity_asked
-- writes: nothing; the company numbers of organisations
-- grain:  one row per record of an organisation that gives one, in the order of record_id
-- params: none
select
    companies.record_id,
    companies.siren,
    companies.siret
from clean.companies
inner join identity_asked as records
    on companies.record_id = records.record_id
where records.is_organisation
order by companies.record_id
