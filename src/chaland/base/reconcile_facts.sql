-- reads:  landing.* and base.* facts other than tickets, base_facts_standing
-- writes: base.reconciliation (reconcile.py tells whether what is found is what is expected)
-- grain:  one row per check and table: each number of contact, case … received is one row, and each person key found
--         its customer
select 'facts' as check_name, 'base.loyalty_movements' as subject,
    (select count(*) from landing.loyalty_movements) as expected,
    (select count(*) from base.loyalty_movements) as found
union all
select 'facts' as check_name, 'base.contacts' as subject,
    (from base_facts_standing('landing.contacts', contact_key)) as expected,
    (select count(*) from base.contacts) as found
union all
select 'facts' as check_name, 'base.cases' as subject,
    (from base_facts_standing('landing.cases', case_key)) as expected,
    (select count(*) from base.cases) as found
union all
select 'facts' as check_name, 'base.consent_events' as subject,
    (from base_facts_standing('landing.consents', consent_key)) as expected,
    (select count(*) from base.consent_events) as found
union all
select 'facts' as check_name, 'base.surveys' as subject,
    (select count(*) from (select distinct source, survey_key from landing.surveys)) as expected,
    (select count(*) from base.surveys) as found
union all
select 'facts' as check_name, 'base.projects' as subject,
    (select count(*) from (select distinct source, project_key from landing.projects)) as expected,
    (select count(*) from base.projects) as found
union all
select 'facts' as check_name, 'base.web_events' as subject,
    (select count(*) from (select distinct source, event_key from landing.web_events)) as expected,
    (select count(*) from base.web_events) as found
union all
select 'facts' as check_name, 'base.redemptions' as subject,
    (select count(*) from landing.redemptions) as expected,
    (select count(*) from base.redemptions) as found
union all
select 'facts_with_a_person' as check_name, 'base.loyalty_movements' as subject,
    (select count(person_key) from landing.loyalty_movements) as expected,
    (select count(customer_id) from base.loyalty_movements) as found
union all
select 'facts_with_a_person' as check_name, 'base.redemptions' as subject,
    (select count(person_key) from landing.redemptions) as expected,
    (select count(customer_id) from base.redemptions) as found
union all
select 'facts_with_a_person' as check_name, 'base.operation_targets' as subject,
    (select count(distinct (operation_key, system, person_key)) from landing.operation_targets where person_key is not null)
        as expected,
    (
        select count(distinct (targets.operation_key, targets.system, targets.person_key))
        from landing.operation_targets as targets
        inner join identity.persons on persons.record_id = targets.system || ':' || targets.person_key
    ) as found
