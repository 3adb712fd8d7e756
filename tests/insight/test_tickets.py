"""Any file of tickets can be studied: columns guessed or given, faults told, a base opened as well."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chaland.cli import main
from chaland.errors import ConfigError, SourceError
from chaland.progress import Reporter
from chaland.tickets import open_tickets

FRENCH = """N° client;Date ticket;N° ticket;Montant TTC
7;03/02/2025;A1;1 234,50
7;03/02/2025;A1;10,00
;04/02/2025;A2;5,00
"""


def written(folder: Path, text: str, name: str = "tickets.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_french_file_is_read_without_naming_a_column(tmp_path: Path) -> None:
    with open_tickets([written(tmp_path, FRENCH)], given={}, reporter=Reporter()) as tickets:
        assert tickets.columns == {
            "customer": "N° client",
            "sold": "Date ticket",
            "ticket": "N° ticket",
            "amount": "Montant TTC",
        }
        assert tickets.engine.rows(
            "select ticket_id, customer_id, lines, amount::double, sold_date::varchar from base.tickets order by all"
        ) == [("A1", "7", 2, 1244.5, "2025-02-03"), ("A2", None, 1, 5.0, "2025-02-04")]


def test_american_dates_are_told_by_their_days(tmp_path: Path) -> None:
    text = "customer,date,amount\n1,02/03/2025,5\n1,12/25/2025,6\n"
    with open_tickets([written(tmp_path, text)], given={}, reporter=Reporter()) as tickets:
        days = tickets.engine.rows("select sold_date::varchar from base.tickets order by all")
    assert days == [("2025-02-03",), ("2025-12-25",)]


def test_quantity_times_price_makes_the_amount_and_a_return(tmp_path: Path) -> None:
    text = "customer,date,order,sku,quantity,unit price\n1,2025-01-05,a,x,2,1.50\n1,2025-01-06,b,x,-1,1.50\n"
    with open_tickets([written(tmp_path, text)], given={}, reporter=Reporter()) as tickets:
        assert tickets.engine.rows("select ticket_id, is_return, amount::double from base.tickets order by all") == [
            ("a", False, 3.0),
            ("b", True, -1.5),
        ]


def test_rows_that_cannot_be_read_are_counted(tmp_path: Path) -> None:
    text = "customer,date,amount\n1,2025-01-05,5\n1,someday,5\n1,2025-01-06,dear\n"
    with open_tickets([written(tmp_path, text)], given={}, reporter=Reporter()) as tickets:
        assert (tickets.rows, tickets.unread) == (3, 2)


def test_two_files_of_one_layout_are_read_together(tmp_path: Path) -> None:
    one = written(tmp_path, "customer,date,amount\n1,2025-01-05,5\n", "one.csv")
    two = written(tmp_path, "customer,date,amount\n1,2025-02-05,5\n", "two.csv")
    with open_tickets([one, two], given={}, reporter=Reporter()) as tickets:
        assert tickets.engine.value("select count(*) from base.tickets") == 2


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, FRENCH)
    with (
        pytest.raises(ConfigError, match="pas de colonne Client"),
        open_tickets([path], given={"customer": "Client"}, reporter=Reporter()),
    ):
        pass


def test_a_file_that_tells_no_customer_is_refused_with_the_option_to_give(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b\n1,2\n")
    with pytest.raises(ConfigError) as refusal, open_tickets([path], given={}, reporter=Reporter()):
        pass
    assert "--customer" in str(refusal.value) and refusal.value.next_step.endswith("a, b.")


def test_columns_parted_by_spaces_are_read_as_cdnow_writes_them(tmp_path: Path, shared_data: Path) -> None:
    text = " customer_id  date number_of_cds  dollar_value\n" + 9 * " 00001 19970101  1   11.77\n" + " 00002 1 1 1 1\n"
    with open_tickets([written(tmp_path, text, "spaces.txt")], given={}, reporter=Reporter()) as tickets:
        assert (tickets.rows, tickets.unread) == (10, 1)
        assert tickets.engine.rows("select distinct customer_id, amount::double from base.tickets") == [
            ("00001", 11.77)
        ]
    with open_tickets([shared_data / "cdnow" / "CDNOW_master.txt.gz"], given={}, reporter=Reporter()) as tickets:
        assert tickets.columns == {"customer": "customer_id", "sold": "date", "amount": "dollar_value"}
        totals = "select count(*), count(distinct customer_id), sum(amount)::double from base.tickets"
        assert tickets.engine.rows(totals) == [(69_659, 23_570, 2_500_315.63)]


def test_columns_parted_by_spaces_without_names_are_numbered(shared_data: Path) -> None:
    given = {"customer": "c2", "sold": "c3", "amount": "c5"}
    path = shared_data / "cdnow" / "CDNOW_sample.txt.gz"
    with open_tickets([path], given=given, reporter=Reporter()) as tickets:
        counts = "select count(*), count(distinct customer_id), min(sold_date)::varchar from base.tickets"
        assert tickets.engine.rows(counts) == [(6_919, 2_357, "1997-01-01")]


def test_a_file_of_unreadable_rows_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "customer,date,amount\n1,someday,x\n")
    with pytest.raises(SourceError, match="aucune ligne"), open_tickets([path], given={}, reporter=Reporter()):
        pass


def test_a_torn_parquet_file_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "tickets.parquet"
    path.write_bytes(b"PAR1 and nothing more")
    with pytest.raises(SourceError, match=r"tickets\.parquet"), open_tickets([path], given={}, reporter=Reporter()):
        pass


@pytest.mark.parametrize("command", ["rfm", "concentration", "cohorts", "turnover"])
def test_every_study_answers_in_json_and_writes_its_tables(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([command, str(written(tmp_path, FRENCH)), "--json", "--out", str(tmp_path / "out"), "--as-of", "2025-03-01"])
    assert json.loads(capsys.readouterr().out)["as_of"] == "2025-03-01"
    assert len(list((tmp_path / "out").glob("*.csv"))) >= 1


@pytest.mark.parametrize("command", ["rfm", "concentration", "cohorts", "turnover"])
def test_every_study_prints_a_table(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([command, str(written(tmp_path, FRENCH))])
    assert "Colonnes lues" in capsys.readouterr().out


def test_a_day_that_is_none_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["rfm", str(written(tmp_path, FRENCH)), "--as-of", "hier"])
    assert stop.value.code == 2
    assert "--as-of" in capsys.readouterr().err
