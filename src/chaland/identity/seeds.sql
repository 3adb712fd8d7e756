-- reads:  clean.companies, landing.decisions, identity.previous_persons, identity_changes
-- writes: identity_seeds (a work table of this room)
-- grain:  one row per record that a day names, whomever it resembles
-- params: none
-- what was decided is laid on top afresh at each run, so all it names is put together again
create or replace temp table identity_seeds as
with decided as (
    select record_id_l as record_id from landing.decisions
    union
    select record_id_r from landing.decisions
),

changed_numbers as (
    select
        companies.siren,
        companies.siret
    from clean.companies
    semi join identity_changes
        on companies.record_id = identity_changes.record_id
),

of_one_company as (
    select record_id
    from clean.companies
    where siret in (select siret from changed_numbers where siret is not null)
),

-- where ids were decided last time: they go back to their own when the decision is taken back
decided_homes as (
    select distinct unnest([household_id, coalesce(undecided_household_id, household_id)]) as household_id
    from identity.previous_persons
    where undecided_customer_id is not null or undecided_household_id is not null
),

-- whoever lives in one, with a decision or without: elsewhere a household is the same either way
once_decided as (
    select previous_persons.record_id
    from identity.previous_persons
    semi join decided_homes
        on previous_persons.household_id = decided_homes.household_id
    union
    select previous_persons.record_id
    from identity.previous_persons
    semi join decided_homes
        on previous_persons.undecided_household_id = decided_homes.household_id
)

select record_id from decided
union
select record_id from of_one_company
union
select record_id from once_decided
union
select record_id from identity_changes where kind <> 'told'
