"""Every kind of bad input, the words a user reads for it, and the proof that no customer data is among them."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pytest
from tests.ingest.conftest import Base

from chaland.errors import ConfigError, SourceError

HEADER = "no;nom;ville\n"
GOOD = "1;Chalain;Lille\n"


def words_of(base: Base) -> str:
    """Return everything a user may read: details of rejects, notes of files."""
    details = " ".join(str(row[2]) for row in base.rejects())
    notes = " ".join(note for load in base.loads() for file in load.files for note in file.notes)
    return f"{details} {notes}"


def refused(base: Base, content: str | bytes, name: str = "a.csv") -> list[tuple[int, str, str]]:
    base.write(name, content)
    base.build()
    counts = base.counts()
    assert counts["rows_read"] == (
        counts["rows_blank"] + counts["rows_filtered"] + counts["rows_read_rejected"] + counts["rows_landed"]
    )
    for secret in ("Dupont", "Roubaix", "Chalain"):
        assert secret not in words_of(base)
    return base.rejects()


def test_nul_bytes_refuse_their_line_and_the_next_is_read(base: Base) -> None:
    found = refused(base, HEADER + "2;Dup\0ont;Roubaix\n" + GOOD)

    assert found == [(2, "nul_bytes", "Octets nuls dans la ligne : 1.")]
    assert base.values("select last_name from landing.people") == ["Chalain"]
    assert base.values("select raw from landing.rejects") == ["2;Dup\\x00ont;Roubaix"]


def test_a_torn_last_line_is_refused(base: Base) -> None:
    found = refused(base, HEADER + GOOD + "2;Dupo")

    assert found == [
        (3, "torn_last_line", "La dernière ligne est coupée : 2 champs pour 3 colonnes, et pas de fin de ligne.")
    ]
    assert base.counts()["rows_landed"] == 1


def test_a_last_line_cut_inside_quotes_is_refused(base: Base) -> None:
    assert refused(base, HEADER + GOOD + '2;Dupont;"Roub') == [(3, "torn_last_text", "La dernière ligne est coupée.")]


def test_a_whole_last_line_without_end_is_read(base: Base) -> None:
    assert refused(base, HEADER + GOOD + "2;Dupont;Roubaix") == []
    assert base.counts()["rows_landed"] == 2


def test_a_file_without_the_key_column_is_refused_and_the_others_go_on(base: Base) -> None:
    base.write("b.csv", "numero;nom;ville\n2;Dupont;Roubaix\n3;Durand;Roubaix\n")
    found = refused(base, HEADER + GOOD)

    sentence = "La colonne no (person_key) manque dans ce fichier. La plus proche : nom, numero."
    assert found == [(2, "missing_column", sentence), (3, "missing_column", sentence)]
    assert base.values("select file from landing.rejects") == ["b.csv", "b.csv"]
    assert base.values("select last_name from landing.people") == ["Chalain"]
    assert (base.counts()["rows_landed"], base.counts()["rows_conform_rejected"]) == (3, 2)


def test_a_file_without_another_column_has_it_empty_and_says_so(base: Base) -> None:
    assert refused(base, "no;nom;commune\n2;Dupont;Roubaix\n") == []
    assert base.loads()[0].files[0].notes == ("Pas de colonne ville : city est vide dans ce fichier.",)
    assert base.rows("select person_key, city from landing.people") == [("2", None)]


def test_an_optional_column_is_missed_in_silence(base: Base) -> None:
    base.toml = base.toml.replace("columns =", 'optional_columns = ["ville"]\ncolumns =')
    assert refused(base, "no;nom\n2;Dupont\n") == []
    assert base.loads()[0].files[0].notes == ()


def test_a_header_repeated_in_the_middle_is_no_row(base: Base) -> None:
    assert refused(base, HEADER + GOOD + HEADER + "2;Dupont;Roubaix\n") == []
    assert base.values("select line from landing.people order by line") == [2, 4]
    assert base.counts()["rows_blank"] == 1


def test_more_fields_than_headers_are_refused(base: Base) -> None:
    found = refused(base, HEADER + "2;Dupont;Roubaix;59\n" + GOOD)

    assert found == [(2, "too_many_fields", "4 champs pour 3 colonnes.")]
    assert base.values("select raw from landing.rejects") == ["2;Dupont;Roubaix;59"]


def test_an_empty_field_too_many_is_forgiven(base: Base) -> None:
    assert refused(base, HEADER + "2;Dupont;Roubaix;\n3;Durand;;;\n") == []
    assert base.counts()["rows_landed"] == 2


def test_fewer_fields_than_headers_are_refused(base: Base) -> None:
    found = refused(base, HEADER + "2;Dupont\n" + GOOD)

    assert found == [(2, "too_few_fields", "Seulement 2 champs pour 3 colonnes.")]


def test_a_cp1252_line_in_a_utf8_file_is_read_in_its_own_encoding(base: Base) -> None:
    content = HEADER.encode() + "1;Chalôns;Orléans\n".encode() * 3 + "2;Dupont;Sète €\n".encode("cp1252")
    assert refused(base, content) == []

    assert base.values("select city from landing.people where person_key = '2'") == ["Sète €"]
    assert words_of(base).strip() == "Lignes dans un second encodage, lues chacune dans le sien : 1."


def test_a_utf8_line_in_a_cp1252_file_is_read_in_its_own_encoding(base: Base) -> None:
    content = (HEADER + "1;Chalôns;Orléans\n" * 3).encode("cp1252") + "2;Dupont;Sète\n".encode()
    assert refused(base, content) == []

    assert base.values("select city from landing.people order by line") == ["Orléans"] * 3 + ["Sète"]
    assert "Lignes dans un second encodage, lues chacune dans le sien : 1." in words_of(base)


def test_cp1252_text_that_happens_to_be_valid_utf8_stays_what_it_is(base: Base) -> None:
    content = (HEADER + "1;Chalôns;Orléans\n" * 3 + "2;CAFÉ\xa0;Lille\n").encode("cp1252")
    refused(base, content)

    assert base.values("select last_name from landing.people where person_key = '2'") == ["CAFÉ"]


def test_an_undecodable_line_is_refused(base: Base) -> None:
    content = HEADER.encode() + "1;Chalôns;Orléans\n".encode() + b"2;Dupont\x81\x9d;Roubaix\n" + GOOD.encode()
    found = refused(base, content)

    assert found == [(3, "undecodable", "La ligne n’est ni en utf-8 ni dans un second encodage connu.")]
    assert base.values("select raw from landing.rejects") == ["2;Dupont\\x81\\x9d;Roubaix"]


def test_a_stray_quote_costs_one_line(base: Base) -> None:
    found = refused(base, HEADER + '2;"Dupont;Roubaix\n' + GOOD + '3;"Durand";Lens\n')

    assert found == [(2, "unclosed_quote", "Un guillemet s’ouvre et ne se ferme pas.")]
    assert base.values("select last_name from landing.people order by line") == ["Chalain", "Durand"]


def test_an_empty_file_is_refused(base: Base) -> None:
    assert refused(base, b"") == [(0, "empty_file", "Le fichier est vide (0 octet).")]
    assert (base.counts()["rows_read"], base.counts()["rows_read_rejected"]) == (1, 1)


def test_a_file_with_a_header_alone_is_read_and_says_so(base: Base) -> None:
    assert refused(base, HEADER) == []
    assert base.counts()["rows_read"] == 0
    assert words_of(base).strip() == "Le fichier a un en-tête et aucune ligne."


def test_a_file_of_empty_lines_is_read_and_counted(base: Base) -> None:
    assert refused(base, "\n\n;;\n") == []
    assert base.counts()["rows_blank"] == 3


def test_a_folder_where_a_file_was_expected_is_refused(base: Base) -> None:
    (base.sources / "dossier.csv").mkdir()
    found = refused(base, HEADER + GOOD)

    assert found == [(0, "is_folder", "Un dossier se trouve là où un fichier était attendu.")]
    assert base.counts()["rows_landed"] == 1


def test_a_file_that_may_not_be_read_is_refused_and_read_later(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    path = base.write("a.csv", HEADER + GOOD)
    true_open = Path.open

    def forbidden(self: Path, *arguments: object, **options: object) -> object:
        if self == path:
            raise PermissionError(13, "Permission denied")
        return true_open(self, *arguments, **options)  # type: ignore[call-overload]

    # root may read everything, so the refusal is played
    with monkeypatch.context() as playing:
        playing.setattr(Path, "open", forbidden)
        base.build()
        assert base.rejects() == [(0, "no_permission", "Le fichier ne peut pas être lu : accès refusé.")]
        assert base.ingest() == []
    path.chmod(0o600)
    base.build()
    assert base.rejects() == []
    assert base.counts()["rows_landed"] == 1


def test_a_compressed_file_cut_short_gives_the_lines_before_the_cut(base: Base) -> None:
    whole = gzip.compress((HEADER + "".join(f"{rank};Dupont;Roubaix\n" for rank in range(5000))).encode(), mtime=0)
    found = refused(base, whole[: len(whole) // 2])

    assert found[-1][1:] == (
        "torn_archive",
        "Le fichier compressé est coupé ; les lignes qui précèdent ont été lues.",
    )
    landed = base.counts()["rows_landed"]
    assert 100 < landed < 5000
    assert base.values("select count(distinct line) from landing.people") == [landed]


def test_a_damaged_workbook_is_refused(base: Base) -> None:
    base.toml = base.toml.replace("*.csv", "*.xlsx")
    found = refused(base, b"PK\3\4 this is no workbook", "a.xlsx")

    assert found == [
        (0, "unreadable_file", "Le fichier ne peut pas être lu comme Excel : le classeur est abîmé ou protégé.")
    ]


def test_a_damaged_sqlite_file_is_refused(base: Base) -> None:
    base.toml = base.toml.replace("*.csv", "*.db")
    found = refused(base, b"SQLite format 3\0" + b"garbage" * 100, "a.db")

    assert found == [
        (0, "unreadable_file", "Le fichier ne peut pas être lu comme SQLite : la base est abîmée ou d’un autre format.")
    ]


def test_a_damaged_parquet_file_is_refused(base: Base) -> None:
    base.toml = base.toml.replace("*.csv", "*.parquet")
    found = refused(base, b"PAR1 garbage", "a.parquet")

    assert found == [
        (
            0,
            "unreadable_file",
            "Le fichier ne peut pas être lu comme Parquet : le fichier est abîmé ou d’un autre format.",
        )
    ]


def test_lines_that_are_no_json_objects_are_refused(base: Base) -> None:
    base.toml = base.toml.replace("*.csv", "*.jsonl")
    found = refused(
        base, '{"no": 1, "nom": "Chalain"}\n{"no": 2, "nom": Dupont}\n[1]\n{"no": 3, "nom": "Dup', "a.jsonl"
    )

    assert found == [
        (2, "bad_json", "La ligne n’est pas du JSON valide."),
        (3, "not_an_object", "La ligne est du JSON valide, mais pas un objet."),
        (4, "torn_last_text", "La dernière ligne est coupée."),
    ]


def test_short_fixed_width_lines_are_refused(base: Base) -> None:
    base.toml = (
        '[sources.clients]\nkind = "people"\nformat = "fixed"\nfiles = ["a.txt"]\n'
        "widths = { no = [1, 4], nom = [5, 10], ville = [15, 10] }\n"
        'columns = { person_key = "no", last_name = "nom", city = "ville" }\n'
    )
    lines = [f"{rank:04d}Chalain   Lille     " for rank in range(300)]
    lines[6] = "0006Dupont"
    found = refused(base, "\n".join([*lines, "0300Du"]), "a.txt")

    assert found == [
        (7, "line_too_short", "La ligne a 10 caractères ; la description en demande 24."),
        (301, "torn_last_text", "La dernière ligne est coupée."),
    ]


def test_a_source_never_found_stops_the_build_before_anything_is_read(base: Base) -> None:
    base.toml = base.toml.replace("*.csv", "client.csv")
    base.write("clients.csv", HEADER + GOOD)

    with pytest.raises(SourceError) as refusal:
        base.ingest()

    assert refusal.value.message == "sources.clients : aucun fichier ne correspond à client.csv."
    assert refusal.value.next_step.endswith("sources contient : clients.csv")
    assert base.landing_files() == []


def test_an_unknown_encoding_is_a_fault_of_the_settings(base: Base) -> None:
    base.toml = base.toml.replace("columns =", 'encoding = "utf-9"\ncolumns =')
    base.write("a.csv", HEADER + GOOD)

    with pytest.raises(ConfigError) as refusal:
        base.ingest()

    assert refusal.value.message == "sources.clients.encoding : utf-9 n’est pas un encodage."


def test_a_line_without_end_of_line_is_refused_before_it_fills_the_memory(
    base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chaland.ingest.blocks.MAX_LINE_BYTES", 3 << 20)
    monkeypatch.setattr("chaland.ingest.blocks.BLOCK_BYTES", 1 << 20)
    found = refused(base, HEADER + "x" * (5 << 20))

    assert found == [
        (0, "line_too_long", "Une ligne dépasse 3 Mo ; le séparateur de lignes est-il celui attendu ?"),
    ]


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """Read 20 MB then 100 MB, each in a process of its own: the second may not cost 60 MB more."""
    peaks = []
    line = b"%07d;Chalain;Villeneuve-d'Ascq et autres lieux de la metropole lilloise\n"
    for megabytes in (20, 100):
        folder = tmp_path / str(megabytes)
        (folder / "sources").mkdir(parents=True)
        with (folder / "sources" / "a.csv").open("wb") as stream:
            stream.write(HEADER.encode())
            block = b"".join(line % rank for rank in range(14_000))
            for _ in range(megabytes):
                stream.write(block)
            stream.write(b"9;too;many;fields\n")
        program = (
            "import resource, sys, pathlib, datetime\n"
            "from chaland.config import parse_settings\n"
            "from chaland.ingest import ingest_sources\n"
            "from chaland.progress import Reporter\n"
            'toml = \'[base]\\nsources_root = "sources"\\n[sources.clients]\\nkind = "people"\\nfiles = ["*.csv"]\\n'
            'columns = { person_key = "no" }\'\n'
            "settings = parse_settings(toml, pathlib.Path(sys.argv[1]))\n"
            "load, = ingest_sources(settings, now=datetime.datetime(2025, 3, 1), reporter=Reporter())\n"
            "print(load.rows_landed, load.rows_rejected, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)\n"
        )
        done = subprocess.run([sys.executable, "-c", program, str(folder)], capture_output=True, text=True, check=True)
        rows, rejects, peak_mb = (int(word) for word in done.stdout.split())
        assert (rows, rejects) == (megabytes * 14_000, 1)
        peaks.append(peak_mb)
    assert peaks[1] - peaks[0] < 60, peaks
