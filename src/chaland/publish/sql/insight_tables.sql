-- reads:  the catalogue of the snapshot
-- writes: nothing (a question)
-- grain:  one row per insight table the snapshot holds: those of a snapshot made before the studies are missing
-- params: none
select table_name
from duckdb_tables()
where schema_name = 'insight' and database_name = current_catalog()
