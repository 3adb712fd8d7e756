"""Every study of a base in one go, as a run of the chain makes them: what they fill, what they refuse, and say why."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.insight.crowd import add_crowd
from tests.insight.ledger import ledger

from chaland.config import PROFILING
from chaland.engine import Engine
from chaland.insight import studies
from chaland.insight.studies import STUDIES, Outcome, Study, study_base
from chaland.progress import Reporter
from chaland.tables import base, insight

AS_OF = date(2026, 9, 30)


@pytest.fixture(scope="module")
def crowd() -> Engine:
    """Return an engine in which every study was made of the crowd."""
    engine = Engine(threads=2)
    add_crowd(engine, as_of=AS_OF)
    study_base(engine, as_of=AS_OF + timedelta(days=50), reporter=Reporter())
    return engine


def said(engine: Engine) -> dict[str, tuple[str | None, str | None]]:
    rows = engine.rows(f"select study, refusal, refusal_values from {insight.STUDIES.full_name}")
    return {study: (refusal, values) for study, refusal, values in rows}


def test_every_study_leaves_a_line_and_its_tables_keep_their_contracts(crowd: Engine) -> None:
    assert set(said(crowd)) == {study.name for study in STUDIES}
    for study in STUDIES:
        for table in study.tables:
            crowd.check_columns(table)
            crowd.check_key(table)


def test_studies_look_from_the_last_ticket_when_tickets_stop_before_the_base(crowd: Engine) -> None:
    assert crowd.rows("select distinct looked_from_date from insight.studies") == [(AS_OF,)]
    assert crowd.value("select max(as_of_date) from insight.rfm") == AS_OF
    assert crowd.value("select min(silence_days) from insight.churn") == 0


def test_a_crowd_carries_every_study_but_those_of_who_and_where_they_are(crowd: Engine) -> None:
    assert {study for study, (refusal, _) in said(crowd).items() if refusal} == {
        "profile",
        "catchment",
        "channels",
        "satisfaction",
    }


def test_who_objects_to_profiling_counts_in_totals_and_keeps_no_score_of_his_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Engine(threads=2) as engine:
        add_crowd(engine, as_of=AS_OF)
        his, hers = engine.rows("select distinct customer_id from base.tickets order by customer_id limit 2")
        engine.create(base.CONSENTS)
        for (customer_id,), channel, is_granted in ((his, PROFILING, False), (hers, PROFILING, True)):
            engine.execute(
                "insert into base.consents by name select $id as customer_id, $channel as channel, $yes as is_granted, "
                "'card:' || $id as record_id, 'desk_consents' as source",
                {"id": customer_id, "channel": channel, "yes": is_granted},
            )
        monkeypatch.setattr(studies, "STUDIES", STUDIES[:2])
        study_base(engine, as_of=AS_OF, reporter=Reporter())
        counted = engine.value("select sum(customers) from insight.rfm_segments")
        scored = engine.rows("select distinct customer_id from insight.rfm where as_of_date = $day", {"day": AS_OF})
        assert (his in scored, hers in scored, len(scored)) == (False, True, counted - 1)
        assert engine.value("select count(*) from insight.abc where customer_id = $id", {"id": his[0]}) == 0
        assert not engine.exists("work.objectors")


def test_what_screens_sum_up_agrees_with_the_customers_it_sums(crowd: Engine) -> None:
    assert crowd.value("select sum(amount) from insight.abc_classes") == crowd.value(
        "select sum(amount) from insight.abc"
    )
    assert crowd.rows(
        "select months, sum(customers), sum(value_amount) from insight.clv_tenths group by 1 order by 1"
    ) == [
        (months, *crowd.rows(f"select count(*), sum(value_{months}_months) from insight.clv")[0])
        for months in (3, 12, 36)
    ]
    assert crowd.value("select sum(silent) from insight.churn_segments") == crowd.value(
        "select count(*) from insight.churn where is_silent"
    )
    customers = crowd.count(insight.CHURN)
    assert crowd.value("select sum(customers) from insight.churn_reasons") == 5 * customers
    assert crowd.value("select sum(customers) from insight.clv_segments") == customers


def test_baskets_hold_the_three_levels(crowd: Engine) -> None:
    assert crowd.rows("select distinct level from insight.basket_items order by 1") == [
        ("department",),
        ("family",),
        ("product",),
    ]
    best = crowd.rows("select label, other_label from insight.basket_pairs where level = 'family' and scope = 'all'")
    assert best == [("=TERREAU()", "Rosier")]


def test_the_order_of_the_tickets_changes_nothing(crowd: Engine) -> None:
    other = Engine(threads=2)
    add_crowd(other, as_of=AS_OF)
    for table in (base.TICKETS, base.TICKET_LINES):
        other.execute(f"create or replace table {table.full_name} as from {table.full_name} order by hash(ticket_id)")
    study_base(other, as_of=AS_OF, reporter=Reporter())
    tables = [table for study in STUDIES for table in study.tables]
    contents = [{table.full_name: engine.content(table) for table in tables} for engine in (crowd, other)]
    assert contents[0] == contents[1]


def test_too_few_customers_are_refused_with_the_reason_and_stop_nothing() -> None:
    engine = ledger([("a", "2026-01-05", 20.0), ("b", "2026-02-05", 30.0), ("a", "2026-03-05", 25.0)])
    study_base(engine, as_of=date(2026, 3, 31), reporter=Reporter())
    found = said(engine)
    assert found["clv"] == (
        "{count} customers: a model needs at least {least}.",
        '{"count": 1, "least": 500}',
    )
    assert found["turnover"] == ("The tickets cover less than twelve months.", "{}")
    assert found["rfm"] == (None, None)
    assert engine.count(insight.CLV) == 0
    remark, values = engine.rows("select remark, remark_values from insight.studies where study = 'churn'")[0]
    assert (remark, values) == ("{count} customers: a score needs at least {least}.", '{"count": 0, "least": 500}')
    assert engine.count(insight.CHURN) == 2


def test_a_base_without_a_ticket_is_built_all_the_same() -> None:
    engine = ledger([])
    study_base(engine, as_of=date(2026, 3, 31), reporter=Reporter())
    assert {refusal is None for refusal, _ in said(engine).values()} == {False}


def test_a_computation_that_breaks_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(engine: Engine, as_of: date, reporter: Reporter) -> Outcome:
        engine.execute(
            "insert into insight.cohorts by name select date '2026-01-01' as cohort_month, 0 as months_since, "
            "1 as cohort_customers, 1 as active_customers, 1.0 as retention_ratio, 1 as amount, true as is_complete"
        )
        raise ZeroDivisionError

    engine = ledger([("a", "2026-01-05", 20.0)])
    engine.create(insight.COHORTS)
    monkeypatch.setattr(studies, "STUDIES", (Study("cohorts", (insight.COHORTS,), broken),))
    study_base(engine, as_of=date(2026, 3, 31), reporter=Reporter())
    assert said(engine) == {
        "cohorts": ("The computation failed on these figures ({kind}).", '{"kind": "ZeroDivisionError"}')
    }
    assert engine.count(insight.COHORTS) == 0
