"""External lists from their files to the customers, and back: a load taken back leaves no trace."""

from __future__ import annotations

import csv
import hashlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tests.pipeline.small import write_base, write_sources

from chaland.engine import Engine
from chaland.ingest import list_loads, undo_load
from chaland.pipeline import BuildResult, build
from chaland.progress import Reporter

LISTS = """
[sources.bounces]
kind = "flags"
format = "mail"
files = ["returns"]
columns.email = "email"
columns.flag = "flag"
columns.flag_channel = "flag_channel"
columns.flag_code = "flag_code"
columns.flag_reason = "flag_reason"
columns.flagged_date = "flagged_date"

[sources.hashes]
kind = "flags"
files = ["hashes.csv"]
constants = { flag = "suppression", flag_channel = "sms" }
columns = { phone_hash = "sha256" }

[sources.deaths]
kind = "flags"
files = ["deaths.csv"]
constants = { flag = "deceased" }
columns = { last_name = "nom", first_name = "prenoms", sex = "sexe", birth_date = "naissance", flagged_date = "deces" }

[sources.enriched]
kind = "flags"
files = ["enriched.csv"]
person_system = "card"
constants = { flag = "enrichment" }
columns = { person_key = "carte", phone = "tel", flagged_date = "le" }
attributes = { "Tranche de revenus" = "tranche", "Logement" = "logement", "Absent" = "pas_la" }
"""

BOUNCE = (
    "From: MAILER-DAEMON@mx.example.net\nTo: bounce@example.fr\nDate: Mon, 02 Mar 2026 23:10:00 +0100\n"
    "Content-Type: multipart/report; report-type=delivery-status; boundary=A\n\n--A\n"
    "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n"
    "Final-Recipient: rfc822; {email}\nAction: failed\nStatus: 5.1.1\n--A--\n"
)


def run(folder: Path, day: int) -> BuildResult:
    now = datetime(2026, 11, 1, 3, tzinfo=UTC) + timedelta(days=day)
    return build(folder, now=now, as_of=date(2026, 11, 1), reporter=Reporter())


def write_lists(sources: Path) -> None:
    """Write a bounce, a hashed list, a register of deaths and an enrichment, each about a card holder of his own."""
    with (sources / "card" / "card.csv").open(encoding="utf-8") as stream:
        cards = list(csv.DictReader(stream, delimiter=";"))
    alive = [card for card in cards if card["nom"] == "CARPENTIER"] or cards
    bounced, texted, enriched, dead = cards[10], cards[20], cards[30], alive[0]
    (sources / "returns").mkdir(exist_ok=True)
    (sources / "returns" / "1.eml").write_text(BOUNCE.format(email=bounced["courriel"]), encoding="utf-8")
    digest = hashlib.sha256(texted["portable"].encode()).hexdigest()
    (sources / "hashes.csv").write_text(f"sha256;\n{digest};\n", encoding="utf-8")
    line = f"{dead['nom']};{dead['prenom'].upper()} ODETTE;;{dead['naissance']};04/05/2026"
    (sources / "deaths.csv").write_text(f"nom;prenoms;sexe;naissance;deces\n{line}\n", encoding="utf-8")
    (sources / "enriched.csv").write_text(
        f"carte;tel;le;tranche;logement\n{enriched['numero']};0320304050;01/06/2026;C;maison\n", encoding="utf-8"
    )


def test_lists_change_what_they_should_and_taken_back_leave_no_trace(tmp_path: Path) -> None:
    write_sources(tmp_path / "sources", persons=60)
    base = write_base(tmp_path / "base", tmp_path / "sources")
    plain = run(base, 0)
    write_lists(tmp_path / "sources")
    settings = base / "chaland.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + LISTS, encoding="utf-8")
    listed = run(base, 1)
    with Engine(listed.snapshot / "chaland.duckdb", read_only=True) as engine:
        assert engine.rows(
            "select source, flag, lines_matched, customers_changed from base.list_results "
            "where source <> 'suppression' order by all"
        ) == [
            ("bounces", "returned_mail", 1, 1),
            ("deaths", "deceased", 1, 1),
            ("enriched", "enrichment", 1, 1),
            ("hashes", "suppression", 1, 1),
        ]
        reasons = "can_email_reason = 'bad_email', can_sms_reason = 'suppressed', can_post_reason = 'deceased'"
        counted = ", ".join(f"count(*) filter (where {one})" for one in reasons.split(", "))
        assert engine.rows(f"select {counted} from base.customers") == [(1, 1, 1)]
        assert engine.rows("select attribute, value from base.customer_attributes order by all") == [
            ("Logement", "maison"),
            ("Tranche de revenus", "C"),
        ]
        found = "select channel, value, is_chosen from base.contact_points where source = 'enriched'"
        assert engine.rows(found) == [("phone", "+33320304050", False)]

    taken = [load.load_id for load in list_loads(base) if load.source in ("bounces", "hashes", "deaths", "enriched")]
    for load in taken:
        undo_load(base, load)
    back = run(base, 2)
    told = {"base.source_counts", "base.reconciliation", "base.loads"}  # they name every source declared
    for name, table in back.manifest["tables"].items():
        assert name in told or table == plain.manifest["tables"][name], name
