-- reads:  nothing
-- writes: macro abbreviated(street): the street with its usual short forms
-- grain:  one street
-- params: none
create or replace macro abbreviated(street) as
    replace(replace(replace(replace(replace(
        regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
            street,
            '^Avenue ', 'av. '), '^Boulevard ', 'bd '), '^Place ', 'pl. '), '^Chemin ', 'che '), '^Route ', 'rte '),
            '^Rue ', 'R. '),
        'Général ', 'Gal '), 'Maréchal ', 'Mal '), 'Docteur ', 'Dr '), 'Saint-', 'St '), 'Sainte-', 'Ste ')
