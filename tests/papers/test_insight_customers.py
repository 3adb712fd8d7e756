"""Published figures of the first studies: a cohort table known from many readings of UCI Online Retail."""

from __future__ import annotations

from pathlib import Path

from chaland.insight.cohorts import measure_cohorts
from chaland.insight.rfm import measure_rfm
from chaland.progress import Reporter
from chaland.tickets import open_tickets


def test_retention_of_uci_online_retail(shared_data: Path) -> None:
    """The December 2010 cohort, 885 customers with a purchase, comes back at 36.6, 32.3, 38.4, 36.3 and 39.8 %."""
    path = shared_data / "uci_online_retail" / "online_retail.parquet"
    with open_tickets([path], given={}, reporter=Reporter()) as tickets:
        measure_cohorts(tickets.engine, as_of=tickets.as_of, reporter=Reporter())
        measure_rfm(tickets.engine, as_of=tickets.as_of, reporter=Reporter())
        ratios = tickets.engine.rows(
            "select cohort_customers, round(100 * retention_ratio, 1) from insight.cohorts "
            "where cohort_month = '2010-12-01' and months_since between 1 and 5 order by months_since"
        )
        buyers = tickets.engine.value("select count(*) from insight.rfm where as_of_date = '2011-12-09'")
    assert ratios == [(885, 36.6), (885, 32.3), (885, 38.4), (885, 36.3), (885, 39.8)]
    assert buyers == 4_339  # customers with an invoice that is no credit note


def test_one_cohort_is_followed_for_six_years(shared_data: Path) -> None:
    """CLVTools' apparel data: 600 customers, all acquired in January 2005, followed to December 2010."""
    with open_tickets(
        [shared_data / "clv_small_logs" / "apparel_trans.parquet"], given={}, reporter=Reporter()
    ) as tickets:
        measure_cohorts(tickets.engine, as_of=tickets.as_of, reporter=Reporter())
        assert tickets.engine.rows("select distinct cohort_customers from insight.cohorts") == [(600,)]
        assert tickets.engine.value("select count(*) from insight.cohorts") == 72
