-- reads:  work.ticket_texts (the columns of a file, as text, named after our fields), macros of chaland.ingest
-- writes: work.ticket_rows
-- grain:  one row per row of the files, its values read; a text that cannot be read is null, and `is_unread` tells
-- params: $writings (list of strptime writings of its dates), $has_dates, $has_amounts (boolean: columns are there)
create or replace table work.ticket_rows as
with parsed as (
    select
        file,
        line,
        nullif(trim(customer), '') as customer,
        nullif(trim(ticket), '') as ticket,
        nullif(trim(product), '') as product,
        nullif(trim(label), '') as label,
        nullif(trim(family), '') as family,
        nullif(trim(department), '') as department,
        nullif(trim(shop), '') as shop,
        lower(trim(channel)) in ('web', 'site', 'internet', 'online', 'on line', 'en ligne', 'e-commerce', 'ecommerce')
            as is_web,
        coalesce(
            ingest_iso(trim(sold)),
            try_strptime(trim(sold), $writings),
            ingest_compact(trim(sold)),
            ingest_zoned(trim(sold), 'UTC'),
            ingest_day_first(trim(sold))
        ) as sold_at,
        nullif(trim(amount), '') is not null as has_amount,
        try_cast(ingest_number_any(ingest_bare_number(amount)) as decimal(18, 4)) as amount,
        try_cast(ingest_number_any(ingest_bare_number(quantity)) as decimal(12, 3)) as quantity,
        try_cast(ingest_number_any(ingest_bare_number(unit_price)) as decimal(18, 4)) as unit_price,
    from work.ticket_texts
),

valued as (
    select
        * exclude (amount, quantity),
        coalesce(amount, (quantity * unit_price)::decimal(18, 4), case when not $has_amounts then 0 end) as amount,
        coalesce(quantity, case when amount < 0 then -1 else 1 end)::decimal(12, 3) as quantity,
    from parsed
)

select
    *,
    amount is null or ($has_dates and sold_at is null) as is_unread,
from valued
