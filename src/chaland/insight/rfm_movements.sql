-- reads:  insight.rfm
-- writes: insight.rfm_movements
-- grain:  one row per segment before and after;  key: segment_before, segment_after
-- params: $as_of (date), $before (date)
with earlier as (
    select
        customer_id,
        segment,
        rfm_monetary_amount,
    from insight.rfm
    where as_of_date = $before
),

later as (
    select
        customer_id,
        segment,
        rfm_monetary_amount,
    from insight.rfm
    where as_of_date = $as_of
)

select
    coalesce(earlier.segment, 'arrived') as segment_before,
    coalesce(later.segment, 'gone') as segment_after,
    count(*)::integer as customers,
    coalesce(sum(earlier.rfm_monetary_amount), 0)::decimal(18, 4) as amount_before,
    coalesce(sum(later.rfm_monetary_amount), 0)::decimal(18, 4) as amount_after,
from earlier
full outer join later on later.customer_id = earlier.customer_id
group by segment_before, segment_after
