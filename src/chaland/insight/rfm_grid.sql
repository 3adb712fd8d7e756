-- reads:  insight.rfm
-- writes: insight.rfm_grid
-- grain:  one row per recency and frequency score;  key: r_score, f_score
-- params: $as_of (date)
select
    r_score,
    f_score,
    count(*)::integer as customers,
    sum(rfm_monetary_amount)::decimal(18, 4) as amount,
    (sum(rfm_monetary_amount) / count(*))::decimal(18, 4) as mean_amount,
from insight.rfm
where as_of_date = $as_of
group by r_score, f_score
