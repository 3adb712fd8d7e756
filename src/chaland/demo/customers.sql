-- reads:  rows (web accounts and their sales)
-- writes: lines of site/prestashop_clients.csv, as the back office exports them
-- grain:  one row per account
-- params: none
select
    key || ';' || coalesce(civility, '') || ';' || coalesce(first_name, '') || ';' || coalesce(last_name, '') || ';'
    || coalesce(email, '') || ';Client;' || case when cents > 0 then euros(cents) || ' €' else '--' end || ';1;'
    || case when consent_email = 'O' then '1' else '0' end || ';' || case when consent_post = 'O' then '1' else '0' end
    || ';' || strftime(opened, '%Y-%m-%d') || ' 12:00:00;' || strftime(written, '%d/%m/%Y') || chr(10) as line
from rows
