"""Channels: a look before a purchase is told from one after; customers of two channels are set against their likes."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from tests.insight.test_paths import AS_OF, START, Line, bought

from chaland.cli import main
from chaland.engine import Engine
from chaland.insight.channels import clustered_wilson, measure_channels
from chaland.progress import Reporter
from chaland.tables import base

NOON = datetime.combine(START, datetime.min.time()) + timedelta(hours=12)


def crossed(lines: list[Line], looks: list[tuple[str, float, str | None]], *, web: set[int] | None = None) -> Engine:
    """Return an engine of purchases and of looks on line (customer, day since START, department)."""
    engine = bought(lines)
    engine.execute("update base.tickets set sold_at = sold_at + interval 12 hours")
    for rank in web or ():
        engine.execute("update base.tickets set channel = 'web' where ticket_key = $key", {"key": str(rank)})
    engine.create(base.WEB_EVENTS)
    rows = [
        {"customer_id": who, "occurred_at": NOON + timedelta(days=day), "department": item} for who, day, item in looks
    ]
    engine.connection.register("looks", pa.Table.from_pylist(rows))
    engine.execute(
        "insert into base.web_events by name select customer_id, occurred_at, department, 'e' as source, "
        "'Product Viewed' as event, 'e' || row_number() over () as event_id from looks"
    )
    return engine


def crossings(engine: Engine) -> list[tuple[object, ...]]:
    measure_channels(engine, as_of=AS_OF, reporter=Reporter())
    return engine.rows(
        "select department, purchases, preceded, followed_ratio, median_days from insight.channel_crossings "
        "where direction = 'web_to_shop' order by department"
    )


def test_a_look_within_thirty_days_before_counts_and_one_after_tells_chance() -> None:
    lines = [(who, 100, "bath", 10.0) for who in "abcdef"]
    looks = [("z", 0, "bath"), ("a", 95, "bath"), ("b", 99.9, "bath"), ("c", 60, "bath"), ("d", 110, "bath")]
    looks += [("e", 95, "tiles"), ("f", 95, None)]
    assert crossings(crossed(lines, looks)) == [("", 6, 2, 1 / 6, 0), ("bath", 6, 2, 1 / 6, 0)]
    engine = crossed(lines, looks)
    measure_channels(engine, as_of=AS_OF, reporter=Reporter())
    assert engine.rows("select direction, days, purchases from insight.channel_delays order by days") == [
        ("web_to_shop", 0, 1),
        ("web_to_shop", 5, 1),
    ]


def test_the_last_look_is_the_one_that_tells_the_delay() -> None:
    looks = [("z", 0, "bath"), ("a", 80, "bath"), ("a", 93, "bath"), ("a", 101, "bath")]
    assert crossings(crossed([("a", 100, "bath", 10.0)], looks)) == [("", 1, 1, 1.0, 7), ("bath", 1, 1, 1.0, 7)]


def test_a_purchase_of_several_departments_counts_once_in_all() -> None:
    lines = [("a", 100, "bath", 10.0), ("a", 100, "tiles", 10.0)]
    engine = crossed(lines, [("z", 0, "bath"), ("a", 95, "bath")])
    engine.execute("update base.ticket_lines set ticket_id = 't0'")
    engine.execute("delete from base.tickets where ticket_id = 't1'")
    assert crossings(engine) == [("", 1, 1, 0.0, 5), ("bath", 1, 1, 0.0, 5), ("tiles", 1, 0, 0.0, None)]


def test_purchases_whose_days_around_are_not_known_are_left_out() -> None:
    end = (AS_OF - START).days
    lines = [("a", 20, "bath", 10.0), ("b", end - 10, "bath", 10.0), ("c", 100, "bath", 10.0)]
    assert crossings(crossed(lines, [("z", 0, "bath")]))[0][:3] == ("", 1, 0)


def test_a_purchase_in_a_shop_before_one_on_line_is_the_other_direction() -> None:
    lines = [("z", 0, "bath", 10.0), ("a", 90, "bath", 10.0), ("a", 100, "bath", 10.0)]
    engine = crossed(lines, [("z", 0, "x")], web={2})
    measure_channels(engine, as_of=AS_OF, reporter=Reporter())
    rows = engine.rows(
        "select department, purchases, preceded, median_days from insight.channel_crossings "
        "where direction = 'shop_to_web' order by department"
    )
    assert rows == [("", 1, 1, 10), ("bath", 1, 1, 10)]


def test_two_channels_are_worth_no_more_than_their_likes_where_they_only_buy_more() -> None:
    """Keen customers use the web more often, and buy more; the web adds nothing: only the plain difference is wide."""
    random = np.random.default_rng(6)
    lines: list[Line] = []
    web: set[int] = set()
    for number in range(1_500):
        rate = int(random.integers(1, 9))
        for day in [*random.integers(0, 364, rate), *random.integers(366, 729, random.poisson(rate / 2))]:
            if day < 365 and random.random() < 0.08:
                web.add(len(lines))
            lines.append((f"c{number:04d}", int(day), "d", 20.0))
    engine = crossed(lines, [("z", 0, "x")], web=web)
    measure_channels(engine, as_of=AS_OF, reporter=Reporter())
    rows = dict(
        engine.rows(
            "select channel_group, mean_amount_after from insight.channel_groups where channel_group <> 'web_only'"
        )
    )
    assert rows["both"] > 1.2 * rows["shop_only"]
    low, high, active_low, active_high = engine.rows(
        "select extra_amount_low, extra_amount_high, extra_active_low, extra_active_high from insight.channel_groups "
        "where channel_group = 'both'"
    )[0]
    assert low < 0 < high and active_low < 0 < active_high


def test_customers_who_repeat_themselves_count_for_fewer() -> None:
    one = np.ones(1)
    low, high = clustered_wilson(100 * one, 200 * one, 10 * one, 2_000 * one, 4_000 * one, 2_000 * one)
    assert float(high[0] - low[0]) == pytest.approx(0.527, abs=0.01)  # that of 10 independent cases
    low, high = clustered_wilson(100 * one, 200 * one, 200 * one, 100 * one, 200 * one, 100 * one)
    assert float(high[0] - low[0]) == pytest.approx(0.137, abs=0.002)  # that of 200


def test_a_business_that_spends_a_hundred_thousand_breaks_nothing() -> None:
    lines = [(who, day, "bath", amount) for who, amount in (("a", 10.0), ("b", 250_000.0)) for day in (100, 500)]
    engine = crossed(lines, [("z", 0, "bath")])
    measure_channels(engine, as_of=AS_OF, reporter=Reporter())
    assert engine.rows("select customers, mean_amount_after from insight.channel_groups") == [(2, 125_005.0)]


def test_nothing_sold_tells_nothing() -> None:
    engine = Engine()
    found = measure_channels(engine, as_of=AS_OF, reporter=Reporter())
    assert (found.customers, found.web_to_shop, found.shop_to_web) == (0, 0, 0)


def test_the_command_reads_the_channel_of_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "tickets.csv"
    rows = "".join(
        f"{n};{START + timedelta(days=day)};{'Internet' if n % 3 == 0 and day < 100 else 'magasin'};10\n"
        for n in range(60)
        for day in (50, 120, 500)
    )
    path.write_text("client;date;canal;montant\n" + rows, encoding="utf-8")
    main(["channels", str(path), "--as-of", str(AS_OF), "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert [(row["channel_group"], row["customers"]) for row in answer["groups"]] == [("both", 20), ("shop_only", 40)]
    main(["channels", str(path), "--as-of", str(AS_OF), "--out", str(tmp_path / "out")])
    assert "Rien ne dit ce que les clients ont regardé en ligne." in capsys.readouterr().out
    assert len(list((tmp_path / "out").iterdir())) == 3
