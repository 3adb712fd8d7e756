-- reads:  the facts named: landing.contacts, cases or consents
-- writes: base_facts_standing (a macro of this room)
-- grain:  one row: how many numbers of contact, case … were received and not withdrawn by the last line that bears them
create or replace temp macro base_facts_standing(facts_name, fact_key) as table
select count(*)
from (
    select arg_max(withdrawn_at is null, (load_id, file, line)) as stands
    from query_table(facts_name)
    group by source, fact_key
)
where stands
