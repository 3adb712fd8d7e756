"""The story of a link: one function for the screen and for `chaland explain`, whose figures can be added up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.pipeline.small import write_base, write_sources

from chaland.cli import main
from chaland.pipeline import build
from chaland.progress import Reporter
from chaland.publish import CurrentSnapshot, Reader
from chaland.publish.customer_file import Link
from chaland.publish.story import Level, Model, holding, story
from chaland_web.customers import evidence


def link(left: str, right: str, bits: float, *, is_linked: bool = True, **weights: float) -> Link:
    return Link(left, right, "", bits, 0.5, is_linked, weights)


def test_records_join_in_the_order_of_their_evidence_and_the_weakest_link_is_told() -> None:
    links = [link("a", "b", 9.0), link("b", "c", 5.0), link("a", "c", 7.0), link("c", "d", 2.0)]
    told = story(4, links, [link("d", "x", -1.0, is_linked=False), link("d", "y", -9.0, is_linked=False)])
    assert [one.link.match_weight for one in told.holding] == [9.0, 7.0, 2.0]
    assert told.weakest is not None
    assert told.weakest.link.record_id_r == "d"
    assert [one.link.match_weight for one in told.near] == [-1.0, 2.0]
    assert (told.linked_pairs, told.all_pairs) == (4, 6)


MODEL = Model(
    [
        Level("birth_date", "missing", 1.0, 1.0, 1.0, 0.0),
        Level("birth_date", "different", 0.05, 0.95, 0.96, -4.26),
        Level("birth_date", "same 1/2^13", 0.50, 0.0001, 0.0001, 12.29),
        Level("birth_date", "same 1/2^14", 0.25, 0.0001, 0.00005, 12.29),
        Level("sex", "different", 0.02, 0.5, 0.5, -4.64),
        Level("sex", "same", 0.98, 0.5, 0.5, 0.97),
        Level("prior", "against strangers", 0.001, None, 0.99, -10.0),
        Level("prior", "against household", 0.001, 0.01, 0.99, -3.0),
    ]
)


def test_what_would_join_two_records_is_told_in_bits() -> None:
    near = link("a", "b", -3.0, is_linked=False, birth_date=0.0, sex=0.0, phone=7.0)
    [change] = MODEL.changes(near)
    assert (change.field, change.is_same) == ("birth_date", True)
    assert change.bits == pytest.approx(12.29)
    assert change.match_weight == pytest.approx(9.29)


def test_what_would_part_two_records_is_told_in_bits() -> None:
    joined = link("a", "b", 2.0, birth_date=0.0, sex=0.97, phone=11.03)
    assert [(change.field, round(change.match_weight, 2)) for change in MODEL.changes(joined)] == [
        ("birth_date", -2.26),
        ("sex", -3.61),
    ]


def test_a_pair_of_one_home_is_told_against_the_home() -> None:
    at_home = link("a", "b", -6.0, is_linked=False, birth_date=0.0, phone=-3.0)
    assert MODEL.is_against_household(at_home)
    assert not MODEL.is_against_household(link("a", "b", -13.0, is_linked=False, phone=-3.0))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("story")
    write_sources(place / "sources")
    folder = write_base(place / "base", place / "sources")
    build(folder, now=datetime(2026, 11, 1, 3, tzinfo=UTC), as_of=date(2026, 11, 1), reporter=Reporter())
    return folder


@pytest.fixture
def reader(base: Path) -> Iterator[Reader]:
    current = CurrentSnapshot(base)
    with current.pinned() as snapshot, snapshot.reader() as opened:
        yield opened
    current.close()


def joined_customers(reader: Reader, most: int = 5) -> list[str]:
    return [
        customer
        for number in range(1, 200)
        if (customer := reader.customer_of(f"web:{number}")) and len(reader.records(customer)) > 1
    ][:most]


def test_the_screen_and_the_command_line_tell_the_same(
    base: Path, reader: Reader, capsys: pytest.CaptureFixture[str]
) -> None:
    customers = joined_customers(reader)
    assert len(customers) == 5
    for customer in customers:
        links = reader.links(customer)
        on_screen = evidence.explain(evidence.holding(links), reader.records(customer))
        main(["explain", str(base), customer, "--json"])
        [told] = json.loads(capsys.readouterr().out)["stories"]
        assert len(told["holding"]) == len(on_screen) == told["records"] - 1
        for proof, pair in zip(on_screen, told["holding"], strict=True):
            steps = {step.name: step.value for step in proof.steps}
            assert steps.pop("total") == pytest.approx(pair["match_weight"], abs=0.05 * len(pair["fields"]) + 0.05)
            assert steps.pop("prior") == pytest.approx(pair["prior"])
            assert steps == pytest.approx(pair["fields"])
            assert proof.is_weakest == pair["is_weakest"]
            assert proof.link.record_id_l == pair["record_id_l"]


def test_two_records_of_one_customer_show_their_own_pair(
    base: Path, reader: Reader, capsys: pytest.CaptureFixture[str]
) -> None:
    customer = joined_customers(reader, 1)[0]
    [pair] = holding(reader.links(customer))
    main(["explain", str(base), pair.record_id_r, pair.record_id_l, "--json"])
    told = json.loads(capsys.readouterr().out)
    assert told["customers"] == [customer]
    [shown] = told["pairs"]
    assert shown["prior"] + sum(shown["fields"].values()) == pytest.approx(shown["match_weight"], abs=0.5)


def test_two_customers_that_no_pair_joins_are_weighed_now(
    base: Path, reader: Reader, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = joined_customers(reader, 2)
    main(["explain", str(base), one, other])
    said = capsys.readouterr().out
    assert "pesées à présent par le modèle de la base" in said
    assert f"Client {one}, fiches : 2" in said
    assert "avant examen -" in said


def test_an_unknown_id_is_not_found(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["explain", str(base), "nobody"])
    assert left.value.code == 8
    assert "ne connaît ni client ni fiche" in capsys.readouterr().err
