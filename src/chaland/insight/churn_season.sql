-- reads:  base.tickets, base.ticket_lines
-- writes: nothing (a query)
-- grain:  one row: purchases of three periods of $days days: before and after the same day a year ago, and before $day;
--         no row where tickets do not reach back $known days before the first of them
-- params: $day (date), $year, $days, $known (days), $department (purchases in this department only; null for any)
-- anonymous purchases count too: a season is that of the shops, however many of their customers are known
with purchases as (
    select
        tickets.ticket_id,
        date_diff('day', tickets.sold_date, $day::date) as days_before,
    from base.tickets
    where
        not tickets.is_return
        and tickets.sold_date <= $day::date
        and (
            $department is null
            or tickets.ticket_id in (
                select ticket_id
                from base.ticket_lines
                where department = $department and quantity > 0
            )
        )
)

select
    count(*) filter (where days_before >= $year and days_before < $year + $days)::double as year_ago_before,
    count(*) filter (where days_before >= $year - $days and days_before < $year)::double as year_ago_after,
    count(*) filter (where days_before < $days)::double as before,
from purchases
having max(days_before) >= $year + $days + $known - 1
