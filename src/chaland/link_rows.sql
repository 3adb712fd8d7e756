-- reads:  link_rows (temporary)
-- writes: links or unmatched, as Parquet or CSV
-- grain:  one row per pair joined, or per record joined to none
-- params: none
select * from link_rows
