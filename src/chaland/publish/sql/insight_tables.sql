-- reads:  the catalogue of the snapshot
-- writes: nothing (a question)
-- grain:  one row per insight table the snapshot holds, with its columns: a snapshot made before the studies, or by an
--         older version, lacks some
-- params: none
select
    table_name,
    list(column_name) as columns,
from duckdb_columns()
where schema_name = 'insight' and database_name = current_catalog()
group by table_name
