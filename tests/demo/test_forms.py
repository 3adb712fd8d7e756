"""Each system's files are in the form the room's page tells."""

from __future__ import annotations

import re
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from chaland.demo.write_folders import HEADERS, OTHER_NAMES_SHOPS, UTF16_SHOPS

DAYS = 730


def test_holders_are_fixed_width_cp1252_with_accents_an_oe_and_the_euro_sign(brindille: Path) -> None:
    raw = (brindille / "carte" / "porteurs.txt").read_bytes()
    text = raw.decode("cp1252")
    lines = text.removesuffix("\r\n").split("\r\n")
    assert {len(line) for line in lines} == {396}
    assert "é" in text and "œ" in text and "chèque 5 €" in text
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")


def test_a_cards_tier_is_told_by_the_points_earned_in_the_last_12_months(brindille: Path) -> None:
    holders, moves = (
        (brindille / "carte" / name).read_bytes().decode("cp1252").removesuffix("\r\n").split("\r\n")
        for name in ("porteurs.txt", "mouvements.txt")
    )
    points = dict.fromkeys((line[:13] for line in holders), 0)
    for line in moves:
        if line[13:16] in ("ACQ", "AJU") and line[16:24] > "20250930":
            points[line[:13]] += int(line[30:37])
    told = {line[:13]: line[390:].strip() for line in holders}
    assert told == {
        card: "Or" if count >= 900 else "Argent" if count >= 300 else "Bronze" for card, count in points.items()
    }
    assert set(told.values()) == {"Bronze", "Argent", "Or"}


def test_movements_are_fixed_width_and_signed(brindille: Path) -> None:
    lines = (brindille / "carte" / "mouvements.txt").read_bytes().decode("cp1252").removesuffix("\r\n").split("\r\n")
    shape = re.compile(r"\d{13}(OUV|ACQ|UTI|AJU|EXP)20\d{12}[+-]\d{6}(\d{3}-\d\d-\d{6}-\d{4}| {18})(\d{3}| {3})")
    assert all(shape.fullmatch(line) for line in lines)
    assert {line[13:16] for line in lines} == {"OUV", "ACQ", "UTI", "AJU", "EXP"}


def test_there_is_one_till_file_a_day_in_utf8(brindille: Path) -> None:
    names = sorted(path.name for path in (brindille / "tickets").iterdir())
    assert len(names) == DAYS
    assert (names[0], names[-1]) == ("tickets_20241001.csv", "tickets_20260930.csv")
    text = (brindille / "tickets" / names[-1]).read_bytes().decode("utf-8")
    rows = [line.split(";") for line in text.splitlines()]
    assert {len(row) for row in rows} == {13}
    assert all(row[1].startswith("30/09/2026 ") for row in rows[1:])
    assert all(re.fullmatch(r"-?\d+,\d\d", row[-1]) for row in rows[1:])


def test_survey_dates_come_in_three_styles_each_in_a_third_of_the_answers(brindille: Path) -> None:
    with zipfile.ZipFile(brindille / "voix_du_client" / "enquetes.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode("utf-8")
    cells = re.findall(r'<c r="B(?!1")\d+"[^>]*>(.*?)</c>', sheet)
    real = sum(cell.startswith("<v>") for cell in cells)
    slashed = sum(bool(re.search(r">\d\d/\d\d/\d{4}<", cell)) for cell in cells)
    spelt = sum(bool(re.search(r">\d{1,2} [a-zéû]+ \d{4}<", cell)) for cell in cells)
    assert real + slashed + spelt == len(cells)
    assert min(real, slashed, spelt) > 0.25 * len(cells)


def test_the_help_line_is_an_sqlite_database_whose_calls_and_cases_have_callers(brindille: Path) -> None:
    with closing(sqlite3.connect(brindille / "assistance" / "assistance.sqlite3")) as base:
        tables = [name for (name,) in base.execute("select name from sqlite_master where type = 'table' order by name")]
        orphans = base.execute(
            "select count(*) from (select id_appelant from appels union all select id_appelant from dossiers) "
            "where id_appelant not in (select id_appelant from appelants)"
        ).fetchone()[0]
        open_cases = base.execute("select count(*) from dossiers where (clos_le is null) <> (statut = 'en cours')")
        assert tables == ["appelants", "appels", "dossiers"]
        assert orphans == 0
        assert open_cases.fetchone()[0] == 0


def test_every_event_is_of_the_segment_format(brindille: Path) -> None:
    files = str(brindille / "site" / "evenements-*.jsonl")
    faults = duckdb.sql(f"""
        select count(*) from read_json('{files}', format = 'newline_delimited', columns = {{
            type: 'varchar', event: 'varchar', messageId: 'uuid', anonymousId: 'uuid', userId: 'varchar',
            "timestamp": 'varchar', context: 'json', traits: 'json', properties: 'json', name: 'varchar'}})
        where messageId is null or anonymousId is null or "timestamp" not like '____-__-__T__:__:__.___Z'
            or context is null or type not in ('identify', 'page', 'track')
            or (type = 'identify') <> (traits is not null) or (type = 'track') <> (event is not null)
            or (event = 'Order Completed') and json_array_length(properties, '$.products') is not distinct from 0
    """).fetchone()
    assert faults == (0,)


def test_message_ids_are_unique_and_months_hold_their_own_events_in_order(brindille: Path) -> None:
    rows = duckdb.sql(f"""
        select count(*), count(distinct messageId),
            count(*) filter (filename[-13:-7] <> replace("timestamp"[:7], '-', '-') and
                regexp_extract(filename, '([0-9]{{4}}-[0-9]{{2}})[.]jsonl', 1) <> "timestamp"[:7])
        from read_json('{brindille}/site/evenements-*.jsonl', filename = true,
            columns = {{messageId: 'varchar', "timestamp": 'varchar'}})
    """).fetchone()
    assert rows is not None
    assert rows[0] == rows[1] > 1000
    assert rows[2] == 0


@pytest.mark.parametrize("system", ["projets", "poses"])
def test_two_shops_write_utf16_and_four_name_their_columns_otherwise(brindille: Path, system: str) -> None:
    area, file = {"projets": ("projets", "projets.csv"), "poses": ("pose", "poses.csv")}[system]
    folders = sorted((brindille / area).iterdir())
    utf16 = [f for f in folders if (f / file).read_bytes().startswith(b"\xff\xfe")]
    others = []
    for folder in folders:
        encoding = "utf-16" if folder in utf16 else "utf-8"
        header = (folder / file).read_bytes().decode(encoding).split("\n")[0] + "\n"
        assert header in HEADERS[system]
        if header == HEADERS[system][1]:
            others.append(folder)
    assert len(folders) == 24
    assert tuple(f.name[:3] for f in utf16) == UTF16_SHOPS
    assert tuple(f.name[:3] for f in others) == OTHER_NAMES_SHOPS


def test_the_lists_carry_their_codes_and_the_communes_their_population(brindille: Path) -> None:
    returned = (brindille / "externe" / "courrier_retourne.csv").read_text(encoding="utf-8").splitlines()[1:]
    communes = (brindille / "externe" / "communes.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert {line.split(";")[1] for line in returned} == {"PND1", "PND2", "PND3", "PND4"}
    assert len(communes) > 34_000
    assert any(line.startswith("44109;Nantes;") for line in communes)
