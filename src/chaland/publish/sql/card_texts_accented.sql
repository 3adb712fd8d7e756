-- reads:  search_texts
-- writes: nothing (a question)
-- grain:  one row per distinct text that holds a sign other than ASCII's: Python folds those
-- params: none
select distinct text
from search_texts
where strlen(text) > length(text)
