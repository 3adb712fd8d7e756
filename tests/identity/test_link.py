"""`chaland link A B`: pairs across two files, once each or not, and what is joined to none."""

from __future__ import annotations

import csv
import itertools
import json
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaland.cli import main
from chaland.dedupe import parse_columns
from chaland.link import LinkFile, assigned, link_files
from chaland.progress import Reporter
from chaland.tables.identity import WEIGHT_FIELDS

AS_OF = date(2026, 11, 1)
FEBRL = "first_name=given_name,last_name=surname,street=address_1,city=suburb,birth_date=date_of_birth"


@pytest.fixture
def halves(shared_data: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Return FEBRL 1 cut in two: 500 persons, and the same 500 badly copied; `entity` tells who is who."""
    folder = tmp_path / "febrl"
    folder.mkdir()
    rows = pq.read_table(shared_data / "febrl123" / "dataset1.parquet")
    entity = pc.struct_field(pc.extract_regex(rows["rec_id"], r"rec-(?P<entity>\d+)-"), "entity")
    rows = rows.append_column("entity", entity)
    is_first = pc.match_substring(rows["rec_id"], "-org")
    for name, chosen in (("first", is_first), ("second", pc.invert(is_first))):
        pq.write_table(rows.filter(chosen), folder / f"{name}.parquet")
    return folder / "first.parquet", folder / "second.parquet"


def test_two_files_of_the_same_persons_are_joined_one_to_one(halves: tuple[Path, Path], tmp_path: Path) -> None:
    one, other = (LinkFile(path, parse_columns(FEBRL), "rec_id", "entity") for path in halves)
    found = link_files(one, other, tmp_path, one_to_one=True, as_of=AS_OF, reporter=Reporter())
    links = pq.read_table(tmp_path / "links.parquet")
    assert found.records == (500, 500)
    assert found.quality is not None
    assert found.quality.precision >= 0.99
    assert found.quality.recall >= 0.98
    assert len(set(links["id_a"].to_pylist())) == len(links) == len(set(links["id_b"].to_pylist())) == found.links
    assert all(name.endswith("-org") for name in links["id_a"].to_pylist())
    unmatched = pq.read_table(tmp_path / "unmatched.parquet").to_pylist()
    assert found.unmatched == tuple(sum(row["file"] == side for row in unmatched) for side in "ab")
    assert 2 * found.links + len(unmatched) == 1000


def test_the_bits_of_the_fields_and_one_prior_make_the_weight(halves: tuple[Path, Path], tmp_path: Path) -> None:
    one, other = (LinkFile(path, parse_columns(FEBRL), "rec_id") for path in halves)
    link_files(one, other, tmp_path, as_of=AS_OF, reporter=Reporter())
    links = pq.read_table(tmp_path / "links.parquet")
    fields = sum(links[f"weight_{field}"].to_numpy() for field in WEIGHT_FIELDS)
    prior = links["match_weight"].to_numpy() - fields
    assert set(np.round(prior, 6)) <= set(np.round([prior.min(), prior.max()], 6))
    assert prior.min() < 0


def test_files_of_other_columns_are_joined_and_told_in_csv(
    halves: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    renamed = pq.read_table(halves[1]).rename_columns(
        [{"surname": "patronyme", "rec_id": "no"}.get(name, name) for name in pq.read_schema(halves[1]).names]
    )
    pq.write_table(renamed.slice(0, 100), tmp_path / "autre.parquet")
    columns_b = FEBRL.replace("=surname", "=patronyme")
    columns = ["--columns", FEBRL, "--columns-b", columns_b, "--id", "rec_id", "--id-b", "no", "--labels", "entity"]
    files = [str(halves[0]), str(tmp_path / "autre.parquet")]
    main(["link", *files, "--out", str(tmp_path / "out"), "--one-to-one", *columns, "--csv", "--json"])
    facts = json.loads(capsys.readouterr().out)
    with (tmp_path / "out" / "links.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert facts["links"] == len(rows)
    assert facts["records"] == [500, 100]
    assert facts["pairwise"]["precision"] >= 0.98
    assert facts["pairwise"]["recall"] >= 0.93
    assert facts["unmatched"][0] == 500 - len(rows)


def test_without_one_to_one_a_record_is_joined_to_each_of_his(tmp_path: Path) -> None:
    fields = ["id", "prenom", "nom", "mobile", "courriel"]
    person = ["CAMILLE", "CHALAIN", "0612345678", "camille.chalain@orange.fr"]
    crowd = [[f"{n}", f"PRENOM{n:03d}", f"NOM{n:03d}", f"07{n:08d}", f"n{n}@free.fr"] for n in range(60)]
    for name, extra in (("a", [["x1", *person]]), ("b", [["y1", *person], ["y2", *person]])):
        with (tmp_path / f"{name}.csv").open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream).writerows([fields, *crowd, *extra])
    joined = {}
    for one_to_one in (False, True):
        files = [LinkFile(tmp_path / f"{name}.csv", {}, "id") for name in "ab"]
        out = tmp_path / str(one_to_one)
        link_files(*files, out, one_to_one=one_to_one, as_of=AS_OF, reporter=Reporter())
        rows = pq.read_table(out / "links.parquet").to_pylist()
        joined[one_to_one] = [row["id_b"] for row in rows if row["id_a"] == "x1"]
    assert joined[False] == ["y1", "y2"]
    assert joined[True] in (["y1"], ["y2"])


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(1, 40)), min_size=1, max_size=8))
def test_the_assignment_has_the_greatest_sum(pairs: list[tuple[int, int, int]]) -> None:
    pairs = list({(a, b): (a, b, w) for a, b, w in pairs}.values())
    a, b, weight = (np.array(column) for column in zip(*pairs, strict=True))
    found = assigned(a, b, weight.astype(float))
    assert len(set(a[found])) == len(found) == len(set(b[found]))
    sums = [
        sum(pairs[place][2] for place in chosen)
        for size in range(len(pairs) + 1)
        for chosen in itertools.combinations(range(len(pairs)), size)
        if len({pairs[p][0] for p in chosen}) == size == len({pairs[p][1] for p in chosen})
    ]
    assert weight[found].sum() == max(sums)


def test_the_same_files_give_the_same_links(halves: tuple[Path, Path], tmp_path: Path) -> None:
    shuffled = tmp_path / "second.parquet"
    rows = pq.read_table(halves[1])
    pq.write_table(rows.take(pa.array(np.random.default_rng(3).permutation(len(rows)))), shuffled)
    read = []
    for second in (halves[1], shuffled):
        files = [LinkFile(path, parse_columns(FEBRL), "rec_id") for path in (halves[0], second)]
        link_files(*files, tmp_path / "out", one_to_one=True, as_of=AS_OF, reporter=Reporter())
        read.append(pq.read_table(tmp_path / "out" / "links.parquet"))
    assert read[0].equals(read[1])
