"""One record held against the base gets the weights that the whole run gave it."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from tests.identity.test_hostile_input import strangers
from tests.identity.town import Row, blank_record, fill_records, town

from chaland.config import Settings
from chaland.engine import Engine
from chaland.errors import NotFoundError, StorageError
from chaland.identity import keys, resolve_identities
from chaland.identity.fingerprints import RecordPrints, unknown_atoms
from chaland.identity.frequencies import Frequencies
from chaland.identity.index import DESCRIPTION, FILES, Index
from chaland.identity.levels import Comparer
from chaland.identity.realtime import DOUBTFUL, NEW, SAME, Resolver
from chaland.identity.records import read_records
from chaland.identity.strings import word_counts
from chaland.progress import Reporter

AS_OF = date(2026, 11, 1)


def run(rows: list[Row], folder: Path) -> Engine:
    engine = Engine(threads=2)
    fill_records(engine, rows)
    resolve_identities(engine, Settings(folder=Path()), as_of=AS_OF, reporter=Reporter(), index=folder)
    return engine


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    people = town(700)[0]
    for number, row in enumerate(people):
        if number % 11 == 0:
            row["birth_name_key"] = people[number - 1]["last_name_key"]
        if number % 13 == 0:
            row["insee_code"] = None
        if number % 17 == 0:
            row["card_number"] = f"C{number // 34}"
    firms = ("BOULANGERIE", "GARAGE", "CABINET", "TRANSPORTS")
    return people + [
        blank_record(
            f"o:{number:05d}",
            is_organisation=True,
            organisation=f"{firms[number % 4]} {people[number // 2]['last_name_key']} SARL",
            street=people[number // 2]["street"],
            postcode=people[number // 2]["postcode"],
            insee_code=people[number // 2]["insee_code"],
        )
        for number in range(160)
    ]


@pytest.fixture(scope="module")
def index_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("index")


@pytest.fixture(scope="module")
def batch(rows: list[Row], index_folder: Path) -> Engine:
    return run(rows, index_folder)


@pytest.fixture(scope="module")
def resolver(batch: Engine, index_folder: Path) -> Resolver:
    return Resolver(index_folder)


def test_every_pair_of_the_batch_weighs_the_same_in_real_time(
    rows: list[Row], batch: Engine, resolver: Resolver
) -> None:
    by_id = {row["record_id"]: row for row in rows}
    pairs = batch.rows("select record_id_l, record_id_r, match_weight, household_weight from identity.pairs")
    of_record: dict[str, dict[str, tuple[float, float]]] = {}
    for left, right, weight, household in pairs:
        of_record.setdefault(left, {})[right] = weight, household
        of_record.setdefault(right, {})[left] = weight, household
    asked = sorted(of_record)[:: len(of_record) // 140]
    compared = 0
    for record_id in asked:
        found = resolver.weighed(by_id[record_id])
        ids = resolver.index.texts("record_id", found.rows)
        weights = dict(zip(ids, zip(found.match_weight, found.household_weight, strict=True), strict=True))
        for other, expected in of_record[record_id].items():
            assert weights[other] == pytest.approx(expected, abs=1e-9)
            compared += 1
    assert compared > 250


def test_a_record_of_the_base_is_found_to_be_who_he_is(rows: list[Row], batch: Engine, resolver: Resolver) -> None:
    customer = dict(batch.rows("select record_id, customer_id from identity.persons"))
    asked = [row for row in rows if row.get("email_key") or row.get("mobile")][::60]
    right = [resolver.resolve(row).customer_id == customer[row["record_id"]] for row in asked]
    assert sum(right) / len(right) > 0.97


def test_bits_and_prior_make_the_weight(rows: list[Row], resolver: Resolver) -> None:
    best = resolver.resolve(rows[0]).candidates[0]
    priors = resolver.tables.prior_stranger, resolver.tables.prior_household
    left = best.match_weight - sum(best.bits.values())
    assert min(abs(left - prior) for prior in priors) < 1e-9


def test_a_stranger_is_new_and_a_first_name_alone_names_nobody(resolver: Resolver, rows: list[Row]) -> None:
    stranger = {"first_name_key": "ZEBULON", "last_name_key": "QUIXADA", "email_key": "zq@zq.fr"}
    assert (resolver.resolve(stranger).verdict, resolver.resolve(stranger).customer_id) == (NEW, None)
    assert resolver.resolve({"first_name_key": rows[0]["first_name_key"]}).verdict in (NEW, DOUBTFUL)


def test_the_same_record_with_a_typing_error_is_the_same_person(rows: list[Row], resolver: Resolver) -> None:
    full = next(
        row for row in rows if all(row.get(name) for name in ("first_name_key", "street_number", "mobile", "email_key"))
    )
    slipped = {**full, "last_name_key": full["last_name_key"][:-1] + "X", "record_id": "new:1"}
    assert resolver.resolve(slipped).verdict == SAME


def test_nothing_known_of_a_record_makes_it_new(resolver: Resolver) -> None:
    answer = resolver.resolve({})
    assert (answer.verdict, answer.candidates, answer.compared) == (NEW, (), 0)


def test_fields_of_a_megabyte_cost_no_more(resolver: Resolver, rows: list[Row]) -> None:
    large = {**rows[0], "last_name_key": "A" * 1_000_000, "street": "RUE " * 250_000}
    started = time.perf_counter()
    resolver.resolve(large)
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(
    "shared",
    [
        {"email_key": "accueil@magasin.fr"},
        {"street_number": "1", "street": "RUE DE LA TOUR", "postcode": "75001", "insee_code": "75101"},
    ],
    ids=["one e-mail", "one building"],
)
def test_what_everybody_shares_brings_few_and_joins_nobody(shared: dict[str, object], tmp_path: Path) -> None:
    run(strangers(3_000, **shared), tmp_path)
    resolver = Resolver(tmp_path)
    answer = resolver.resolve({"first_name_key": "LEA", "last_name_key": "QUIXADA", **shared})
    assert answer.verdict != SAME
    assert answer.compared <= 200 * len(resolver.index.rules)


def test_fingerprints_agree_exactly_where_codes_do(rows: list[Row]) -> None:
    engine = Engine()
    fill_records(engine, rows)
    records = read_records(engine, max_surnames_per_contact=5)
    atoms = keys.atoms_of(records)
    assert unknown_atoms(atoms) == []
    prints = RecordPrints(records)
    for atom in atoms:
        found = prints.atom(atom.name)
        assert ((found == 0) == (atom.codes < 0)).all(), atom.name
        both = set(zip(found[found != 0].tolist(), atom.codes[found != 0].tolist(), strict=True))
        assert len(both) == len({one for one, _ in both}) == len({other for _, other in both}), atom.name


def test_the_index_gives_the_frequencies_of_the_batch(rows: list[Row], batch: Engine, index_folder: Path) -> None:
    engine = Engine()
    fill_records(engine, rows)
    records = read_records(engine, max_surnames_per_contact=5)
    index = Index.open(index_folder)
    found, expected = index.frequencies(RecordPrints(records)), Frequencies.of(records)
    for name in ("first_name", "last_name", "birth_date", "town", "street", "home", "email", "card", "organisation"):
        assert np.array_equal(getattr(found, name), getattr(expected, name)), name
    known = records.number_counts > 0
    assert np.array_equal(found.number[known], expected.number[known])
    words = word_counts(records.street)
    assert found.street_words is not None
    assert found.street_words(words.values) == pytest.approx(np.log((1 + len(records.street.values)) / words.counts))


def test_names_learnt_to_be_one_person_s_give_the_levels_of_a_fresh_comparison() -> None:
    engine = Engine()
    mail = {"email_key": "emmanuelle.vallin25@a.fr", "last_name_key": "VALLIN", "sex": "F"}
    fill_records(
        engine,
        [
            blank_record("s:1", first_name_key="EMMANUELLE", **mail),
            blank_record("s:2", first_name_key="MANU", **mail),
            blank_record("s:3", first_name_key="LEA", **mail),
        ],
    )
    comparer = Comparer(read_records(engine, max_surnames_per_contact=5))
    left, right = np.array([0, 0, 1]), np.array([1, 2, 2])
    before = comparer.compare(left, right)
    comparer.learn([("EMMANUELLE", "MANU")])
    assert not np.array_equal(comparer.compare(left, right), before)
    assert np.array_equal(comparer.renamed(left, right, before), comparer.compare(left, right))


def test_the_same_records_in_any_order_write_the_same_index(
    rows: list[Row], batch: Engine, index_folder: Path, tmp_path: Path
) -> None:
    run(rows[::-1], tmp_path)
    for name in FILES:
        assert (index_folder / name).read_bytes() == (tmp_path / name).read_bytes(), name


def test_a_folder_without_an_index_and_a_torn_one_are_told_apart(
    index_folder: Path, batch: Engine, tmp_path: Path
) -> None:
    with pytest.raises(NotFoundError):
        Resolver(tmp_path)
    for name in FILES:
        (tmp_path / name).write_bytes((index_folder / name).read_bytes()[:50])
    with pytest.raises(StorageError):
        Resolver(tmp_path)
    (tmp_path / DESCRIPTION).write_text((index_folder / DESCRIPTION).read_text().replace("first_name", "prénom"))
    with pytest.raises(StorageError):
        Resolver(tmp_path)
