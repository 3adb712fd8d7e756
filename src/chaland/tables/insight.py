"""insight.*: what the base says of its customers, computed from base.tickets and base.ticket_lines.

Amounts are net of returns, tax included, in the base's currency (`base.about`). A customer is in these tables when at
least one ticket bears his number; a ticket that only takes goods back is no purchase, but lowers the amount.
"""

from __future__ import annotations

from chaland.tables.contract import Table, columns

RFM = Table(
    "insight",
    "rfm",
    "one row per customer who bought in the window, and date looked at",
    ("as_of_date", "customer_id"),
    columns(
        "as_of_date date not null -- day looked from",
        "customer_id varchar not null -- customer",
        "rfm_recency_days integer not null -- days since the last purchase",
        "rfm_frequency_orders integer not null -- purchases in the window",
        "rfm_monetary_amount decimal(18,4) not null -- net amount in the window",
        "r_score integer not null -- 1 to 5, 5 the most recent fifth; equal values share their score",
        "f_score integer not null -- 1 to 5, 5 the most frequent fifth",
        "m_score integer not null -- 1 to 5, 5 the highest fifth",
        "rfm_cell varchar not null -- the three scores, best 555",
        "segment varchar not null -- champions, loyal, promising, new, to_follow, dozing, at_risk, not_to_lose, asleep or lost",
    ),
    sort_by=("as_of_date", "customer_id"),
)

RFM_GRID = Table(
    "insight",
    "rfm_grid",
    "one row per recency and frequency score, at the later date",
    ("r_score", "f_score"),
    columns(
        "r_score integer not null -- recency, 1 to 5",
        "f_score integer not null -- frequency, 1 to 5",
        "customers integer not null -- customers",
        "amount decimal(18,4) not null -- their net amount in the window",
        "mean_amount decimal(18,4) not null -- net amount per customer",
    ),
    sort_by=("r_score", "f_score"),
)

RFM_SEGMENTS = Table(
    "insight",
    "rfm_segments",
    "one row per behavioural segment, at the later date",
    ("segment",),
    columns(
        "segment varchar not null -- code",
        "customers integer not null -- customers",
        "customers_before integer not null -- customers at the earlier date",
        "customers_ratio double not null -- share of customers",
        "amount decimal(18,4) not null -- their net amount in the window",
        "amount_ratio double -- share of the amount; null when there is no amount",
        "mean_recency_days double not null -- mean days since the last purchase",
        "mean_orders double not null -- mean purchases in the window",
    ),
    sort_by=("segment",),
)

RFM_MOVEMENTS = Table(
    "insight",
    "rfm_movements",
    "one row per segment before and segment after",
    ("segment_before", "segment_after"),
    columns(
        "segment_before varchar not null -- at the earlier date; arrived when not yet there",
        "segment_after varchar not null -- at the later date; gone when no longer there",
        "customers integer not null -- customers who moved so",
        "amount_before decimal(18,4) not null -- their net amount in the earlier window",
        "amount_after decimal(18,4) not null -- their net amount in the later window",
    ),
    sort_by=("segment_before", "segment_after"),
)

ABC = Table(
    "insight",
    "abc",
    "one row per customer with a net amount above zero in the window",
    ("customer_id",),
    columns(
        "customer_id varchar not null -- customer",
        "amount decimal(18,4) not null -- net amount in the window",
        "amount_rank integer not null -- 1 the highest; equal amounts by customer_id",
        "amount_ratio double not null -- share of the whole held by this customer and those before him",
        "abc varchar not null -- A up to 80 % of the amount, B up to 95 %, C the rest",
    ),
    sort_by=("customer_id",),
)

ABC_CLASSES = Table(
    "insight",
    "abc_classes",
    "one row per class",
    ("abc",),
    columns(
        "abc varchar not null -- A, B or C",
        "customers integer not null -- customers",
        "customers_ratio double not null -- share of the customers",
        "amount decimal(18,4) not null -- their net amount in the window",
        "amount_ratio double not null -- share of the amount",
        "least_amount decimal(18,4) not null -- the smallest net amount of the class",
    ),
    sort_by=("abc",),
)

LORENZ = Table(
    "insight",
    "lorenz",
    "one row per hundredth of the customers, best first: they and those before",
    ("customers_percent",),
    columns(
        "customers_percent integer not null -- 1 to 100",
        "customers integer not null -- customers counted so far",
        "amount decimal(18,4) not null -- their net amount",
        "amount_ratio double not null -- their share of the whole",
    ),
    sort_by=("customers_percent",),
)

CONCENTRATION = Table(
    "insight",
    "concentration",
    "one row: how the amount is shared among the customers",
    (),
    columns(
        "customers integer not null -- customers counted",
        "customers_left_out integer not null -- customers whose net amount is zero or below, and who are not counted",
        "amount decimal(18,4) not null -- net amount",
        "gini double not null -- 0 all alike, towards 1 one customer has all",
        "half_customers_ratio double not null -- smallest share of the customers that makes half the amount",
        "two_thirds_customers_ratio double not null -- smallest share of the customers that makes two thirds",
        "eighty_customers_ratio double not null -- smallest share of the customers that makes 80 %",
    ),
)

COHORTS = Table(
    "insight",
    "cohorts",
    "one row per month of first purchase and number of months since",
    ("cohort_month", "months_since"),
    columns(
        "cohort_month date not null -- first day of the month of first purchase",
        "months_since integer not null -- 0 the month itself",
        "cohort_customers integer not null -- customers of the cohort",
        "active_customers integer not null -- of which bought in that month",
        "retention_ratio double not null -- active over cohort",
        "amount decimal(18,4) not null -- net amount of the month",
        "is_complete boolean not null -- the month is wholly past at the day looked from",
    ),
    sort_by=("cohort_month", "months_since"),
)

TURNOVER = Table(
    "insight",
    "turnover",
    "one row per year of twelve months ending on the anniversary of the day looked from",
    ("last_date",),
    columns(
        "first_date date not null -- first day",
        "last_date date not null -- last day",
        "amount decimal(18,4) not null -- net amount of identified customers",
        "anonymous_amount decimal(18,4) not null -- net amount of the tickets that bear no customer",
        "active_customers integer not null -- customers with a purchase",
        "tickets integer not null -- their purchases",
        "frequency double -- purchases per active customer",
        "basket_amount double -- net amount per purchase",
        "change_amount double -- amount less that of the year before; null for the first year",
        "change_from_customers double -- part due to the number of customers",
        "change_from_frequency double -- part due to frequency",
        "change_from_basket double -- part due to the basket; the three parts add up to the change",
    ),
    sort_by=("last_date",),
)

_HORIZONS = [
    line
    for months in (3, 12, 36)
    for line in (
        f"purchases_{months}_months double not null -- purchases expected in the next {months} months",
        f"purchases_{months}_low integer not null -- one customer in twenty like this one buys less often",
        f"purchases_{months}_high integer not null -- one customer in twenty like this one buys more often",
        f"value_{months}_months decimal(18,4) -- margin × expected_amount × expected purchases, discounted; null when amounts cannot be modelled",
        f"value_{months}_low decimal(18,4) -- margin × expected_amount × purchases_{months}_low",
        f"value_{months}_high decimal(18,4) -- margin × expected_amount × purchases_{months}_high",
    )
]

CLV = Table(
    "insight",
    "clv",
    "one row per customer with a purchase",
    ("customer_id",),
    columns(
        "customer_id varchar not null -- customer",
        "clv_frequency_repeats integer not null -- x: days with a purchase, the first one set aside",
        "clv_recency_days integer not null -- t_x: age at the last purchase, 0 without a repeat",
        "clv_age_days integer not null -- T: days since the first purchase",
        "clv_mean_amount decimal(18,4) -- mean amount of a repeat; null without one",
        "alive_probability double not null -- probability of still being a customer",
        "expected_amount decimal(18,4) -- amount expected per purchase; null when amounts cannot be modelled",
        *_HORIZONS,
    ),
    sort_by=("customer_id",),
)

CLV_MODEL = Table(
    "insight",
    "clv_model",
    "one row per purpose, model and parameter, and one for its log-likelihood",
    ("purpose", "model", "parameter"),
    columns(
        "purpose varchar not null -- holdout (first part of the days only) or scores (all days)",
        "model varchar not null -- bg_nbd, mbg_nbd, pareto_nbd or gamma_gamma",
        "parameter varchar not null -- in weeks: r, alpha, a, b, s, beta; in amounts: p, q, v; or log_likelihood",
        "estimate double not null -- maximum-likelihood estimate",
        "standard_error double -- of the estimate; null for log_likelihood",
    ),
    sort_by=("purpose", "model", "parameter"),
)

CLV_CHECKS = Table(
    "insight",
    "clv_checks",
    "one row per figure that tells how far the model can be trusted",
    ("check_name",),
    columns(
        "check_name varchar not null -- holdout_correlation, holdout_low, cumulative_error_ratio, chi_square …",
        "found double not null -- its value",
    ),
    sort_by=("check_name",),
)

CLV_TRACKING = Table(
    "insight",
    "clv_tracking",
    "one row per week: repeat purchases of the customers of the first part, counted and expected",
    ("week",),
    columns(
        "week integer not null -- 1 the first",
        "last_date date not null -- its last day",
        "purchases bigint not null -- repeats counted",
        "expected double not null -- repeats expected by the model fitted on the first part",
        "purchases_cumulated bigint not null -- since the start",
        "expected_cumulated double not null -- since the start",
        "is_holdout boolean not null -- after the days the model was fitted on",
    ),
    sort_by=("week",),
)

CLV_CALIBRATION = Table(
    "insight",
    "clv_calibration",
    "one row per number of repeats in the first part of the days",
    ("repeats",),
    columns(
        "repeats integer not null -- 0 to 6; 7 means 7 and more",
        "customers integer not null -- customers counted",
        "expected_customers double not null -- customers the model expects",
        "mean_purchases double not null -- their mean purchases in the second part",
        "mean_expected double not null -- as the model foresaw",
    ),
    sort_by=("repeats",),
)

CLV_MATRIX = Table(
    "insight",
    "clv_matrix",
    "one row per number of repeats and age at the last one, for a customer as old as the oldest",
    ("clv_frequency_repeats", "clv_recency_days"),
    columns(
        "clv_frequency_repeats integer not null -- repeats, 0 to 12",
        "clv_recency_days integer not null -- age at the last purchase, every 30 days",
        "alive_probability double not null -- probability of still being a customer",
        "purchases_12_months double not null -- purchases expected in the next 12 months",
    ),
    sort_by=("clv_frequency_repeats", "clv_recency_days"),
)

CLV_TOTALS = Table(
    "insight",
    "clv_totals",
    "one row per horizon, for all customers and for each behavioural segment: the total, and its interval",
    ("segment", "months"),
    columns(
        "segment varchar not null -- empty for all customers; that of insight.rfm; none for who is in no segment",
        "months integer not null -- months ahead: 3, 12 or 36",
        "customers integer not null -- customers",
        "alive double not null -- of which still customers, expected",
        "purchases double not null -- purchases expected, together",
        "purchases_low double -- lower end of the interval that holds nine totals in ten: estimates and chance together",
        "purchases_high double -- its upper end",
        "value_amount double -- value expected, together; null when amounts cannot be modelled",
        "value_low double -- lower end of its interval; null also when the tail of the amounts is too long for one",
        "value_high double -- upper end of its interval",
    ),
    sort_by=("segment", "months"),
)

CLV_TABLES = (CLV, CLV_TOTALS, CLV_MODEL, CLV_CHECKS, CLV_TRACKING, CLV_CALIBRATION, CLV_MATRIX)

CLV_TENTHS = Table(
    "insight",
    "clv_tenths",
    "one row per horizon and tenth of the customers, highest value first (most purchases where there is no value)",
    ("months", "tenth"),
    columns(
        "months integer not null -- months ahead: 3, 12 or 36",
        "tenth integer not null -- 1 the best",
        "customers integer not null -- customers",
        "alive double not null -- of which still customers, expected",
        "purchases double not null -- purchases expected, together",
        "mean_purchases_low double not null -- mean of the lower ends of their intervals",
        "mean_purchases_high double not null -- mean of the upper ends",
        "value_amount decimal(18,4) -- value expected, together; null when amounts cannot be modelled",
        "mean_value_low double -- mean of the lower ends of their intervals",
        "mean_value_high double -- mean of the upper ends",
    ),
    sort_by=("months", "tenth"),
)

CLV_SEGMENTS = Table(
    "insight",
    "clv_segments",
    "one row per behavioural segment: what its customers are expected to bring",
    ("segment",),
    columns(
        "segment varchar not null -- that of insight.rfm; none for who is in no segment (companies, no recent purchase)",
        "customers integer not null -- customers",
        "alive double not null -- of which still customers, expected",
        "purchases_12_months double not null -- purchases expected in the next 12 months, together",
        "value_12_months decimal(18,4) -- value expected in the next 12 months, together; null without a value",
        "value_36_months decimal(18,4) -- the same, 36 months",
    ),
    sort_by=("segment",),
)

CHURN = Table(
    "insight",
    "churn",
    "one row per customer with a purchase",
    ("customer_id",),
    columns(
        "customer_id varchar not null -- customer",
        "silence_days integer not null -- days since the last purchase",
        "gap_days double -- mean days between two purchases, one usual gap being lent to everybody; null when nobody has bought twice",
        "silence_limit_days double -- silence that nineteen gaps in twenty do not reach at this rhythm: 3 times gap_days",
        "is_silent boolean not null -- silence_days beyond the limit",
        "buys_probability double -- probability of a purchase in the days foreseen; null when no score can be learnt",
        "reasons varchar[] -- the five variables that move the probability most against the average customer, + up, - down",
    ),
    sort_by=("customer_id",),
)

CHURN_MODEL = Table(
    "insight",
    "churn_model",
    "one row per variable of the score in force",
    ("variable",),
    columns(
        "variable varchar not null -- recency, repeats, age, amount, gap, silence, recent_90, recent_180 (logarithms) or only_one",
        "weight double not null -- log-odds added by one standard deviation more",
        "mean double not null -- mean of the variable",
        "sd double not null -- its standard deviation",
    ),
    sort_by=("variable",),
)

CHURN_CHECKS = Table(
    "insight",
    "churn_checks",
    "one row per figure that tells what the score is worth on a later period",
    ("check_name",),
    columns(
        "check_name varchar not null -- auc, auc_recency_alone, buyers_ratio, expected_ratio, customers, season_ratio …",
        "found double not null -- its value",
    ),
    sort_by=("check_name",),
)

CHURN_GAINS = Table(
    "insight",
    "churn_gains",
    "one row per hundredth of the customers, highest score first: they and those before, on the later period",
    ("customers_percent",),
    columns(
        "customers_percent integer not null -- 1 to 100",
        "customers integer not null -- customers so far",
        "buyers integer not null -- of which bought",
        "buyers_ratio double not null -- share of all buyers",
        "lift double not null -- times as many buyers as among customers taken at random",
    ),
    sort_by=("customers_percent",),
)

CHURN_CALIBRATION = Table(
    "insight",
    "churn_calibration",
    "one row per tenth of the customers, highest score first, on the later period",
    ("tenth",),
    columns(
        "tenth integer not null -- 1 to 10",
        "customers integer not null -- customers",
        "expected_ratio double not null -- mean probability given",
        "buyers_ratio double not null -- share that bought",
    ),
    sort_by=("tenth",),
)

CHURN_TABLES = (CHURN, CHURN_MODEL, CHURN_CHECKS, CHURN_GAINS, CHURN_CALIBRATION)

CHURN_SEGMENTS = Table(
    "insight",
    "churn_segments",
    "one row per behavioural segment: who is silent beyond his rhythm, and who is expected to buy",
    ("segment",),
    columns(
        "segment varchar not null -- that of insight.rfm; none for who is in no segment (companies, no recent purchase)",
        "customers integer not null -- customers",
        "silent integer not null -- of which silent beyond their rhythm",
        "amount decimal(18,4) not null -- net amount of the segment in the window of insight.rfm",
        "silent_amount decimal(18,4) not null -- that of the silent",
        "buyers double -- purchasers expected in the days foreseen; null when no score can be learnt",
    ),
    sort_by=("segment",),
)

CHURN_REASONS = Table(
    "insight",
    "churn_reasons",
    "one row per reason given to a customer",
    ("reason",),
    columns(
        "reason varchar not null -- variable, with + when it raises the probability of a purchase, - when it lowers it",
        "customers integer not null -- customers who have it among their five",
        "silent_customers integer not null -- of which silent beyond their rhythm",
    ),
    sort_by=("reason",),
)

STUDIES = Table(
    "insight",
    "studies",
    "one row per study of a build: from which day it looks, and what it refused, why",
    ("study",),
    columns(
        "study varchar not null -- rfm, concentration, cohorts, turnover, clv, churn, baskets …",
        "looked_from_date date not null -- day looked from: the base's, or the last ticket's when tickets stop before it",
        "refusal varchar -- why there is no result, an English template; null when there is one",
        "refusal_values varchar -- values of the template, JSON",
        "remark varchar -- what part of the result is missing, and why, an English template; null when all is there",
        "remark_values varchar -- values of the template, JSON",
    ),
    sort_by=("study",),
)

TABLES = (
    STUDIES,
    RFM,
    RFM_GRID,
    RFM_SEGMENTS,
    RFM_MOVEMENTS,
    ABC,
    ABC_CLASSES,
    LORENZ,
    CONCENTRATION,
    COHORTS,
    TURNOVER,
    *CLV_TABLES,
    CLV_TENTHS,
    CLV_SEGMENTS,
    *CHURN_TABLES,
    CHURN_SEGMENTS,
    CHURN_REASONS,
)
