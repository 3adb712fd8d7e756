"""Inspection recognises formats and columns, says how sure it is, and never loses what people wrote."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.ingest.conftest import Base

from chaland.cli.sources import init_command, inspect_command, undo_command
from chaland.config import load_settings, parse_settings
from chaland.errors import ConfigError, SourceError
from chaland.ingest import inspect_files, start_base, write_mapping
from chaland.ingest.guess import Guess
from chaland.progress import Reporter


def one(path: Path, content: str | bytes) -> Guess:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    (guess,) = inspect_files([path])
    return guess


def mapped(guess: Guess) -> dict[str, str | list[str]]:
    columns = {field: [column.column for column in found] for field, found in guess.mapping().items()}
    return {field: names if len(names) > 1 else names[0] for field, names in columns.items()}


CLIENTS = (
    "N° client;Civilité;NOM;Prénom;Né le;Adresse;CP;Ville;Tél.;Portable;Mél;Optin e-mail\n"
    "C0001;Mme;CHALAIN;Zoé;12/03/1971;12 rue des Lilas;59000;Lille;03 20 00 00 01;06 12 34 56 78;zoe@example.org;O\n"
    "C0002;M.;MARTIN;Noël;25/12/1980;3 bis place du Marché;69002;Lyon;04 72 00 00 02;;noel@example.org;N\n"
)


def test_a_french_customer_file_is_recognised(tmp_path: Path) -> None:
    guess = one(tmp_path / "clients.csv", CLIENTS.encode("cp1252"))

    assert (guess.kind, guess.reading.format, guess.reading.encoding, guess.reading.separator) == (
        "people",
        "csv",
        "cp1252",
        ";",
    )
    assert mapped(guess) == {
        "person_key": "N° client",
        "civility": "Civilité",
        "last_name": "NOM",
        "first_name": "Prénom",
        "birth_date": "Né le",
        "street": "Adresse",
        "postcode": "CP",
        "city": "Ville",
        "phone": "Tél.",
        "mobile": "Portable",
        "email": "Mél",
        "consent_email": "Optin e-mail",
    }
    assert guess.values == {"consent_email": {"O": "yes", "N": "no"}}


def test_contents_speak_where_names_do_not(tmp_path: Path) -> None:
    rows = "".join(f"K{rank};zoe{rank}@example.org;75{rank:03d};Zoé;Lille;Mme\n" for rank in range(1, 30))
    guess = one(tmp_path / "extraction.csv", "zone_a;zone_b;zone_c;zone_d;zone_e;zone_f\n" + rows)

    assert mapped(guess) == {
        "email": "zone_b",
        "postcode": "zone_c",
        "first_name": "zone_d",
        "city": "zone_e",
        "civility": "zone_f",
    }
    assert {column.by for column in guess.columns if column.field} == {"content"}


@pytest.mark.parametrize(
    "header", ["Palier", "NIVEAU", "Statut carte", "niveau de fidélité", "Tier", "loyalty_tier", "customer_tier"]
)
def test_the_tier_of_a_card_is_known_by_its_name(tmp_path: Path, header: str) -> None:
    rows = "".join(f"C{rank};MARTIN;{('Or', 'Argent', '')[rank % 3]}\n" for rank in range(30))
    assert mapped(one(tmp_path / "clients.csv", f"n° client;nom;{header}\n" + rows))["card_tier"] == header


def test_what_is_no_tier_of_a_card_is_not_taken_for_one(tmp_path: Path) -> None:
    rows = "".join(f"C{rank};MARTIN;bac;{rank}\n" for rank in range(30))
    assert "card_tier" not in mapped(one(tmp_path / "clients.csv", "n° client;nom;niveau d'études;niveau\n" + rows))
    tickets = "".join(f"{rank};2025-03-14;1,50;Or\n" for rank in range(30))
    assert "card_tier" not in mapped(one(tmp_path / "tickets.csv", "ticket;date;montant;palier\n" + tickets))


def test_contents_contradict_names(tmp_path: Path) -> None:
    rows = "".join(f"{rank};voir dossier;à rappeler\n" for rank in range(30))
    guess = one(tmp_path / "clients.csv", "id;email;telephone\n" + rows)

    assert mapped(guess) == {"person_key": "id"}


def test_a_name_and_a_birth_over_several_columns_are_joined(tmp_path: Path) -> None:
    rows = "".join(
        f"{rank};Jean;{'Luc' * (rank % 2)};Durand;{rank};{1 + rank % 12};{1940 + rank}\n" for rank in range(1, 29)
    )
    guess = one(tmp_path / "gens.csv", "id;fname_c1;fname_c2;lname;bd;bm;by\n" + rows)

    assert mapped(guess) == {
        "person_key": "id",
        "first_name": "fname_c1 + fname_c2",
        "last_name": "lname",
        "birth_date": "bd + bm + by",
    }


def test_a_name_among_words_unknown_names_nobody(tmp_path: Path) -> None:
    rows = "".join(f"{rank};Garage Central;Accueil du matin;{rank % 7}\n" for rank in range(1, 29))
    guess = one(tmp_path / "clients.csv", "id;company_name;program_name;company_size\n" + rows)

    assert mapped(guess) == {"person_key": "id", "organisation": "company_name"}


def test_of_two_columns_of_an_event_the_first_is_its_name(tmp_path: Path) -> None:
    rows = "".join(f"{rank};2025-03-14T10:00:00Z;{'Product Viewed' * (rank % 2)};track\n" for rank in range(30))
    guess = one(tmp_path / "events.csv", "messageId;timestamp;event;type\n" + rows)

    assert (guess.kind, mapped(guess)["event"]) == ("web_events", "event")


def test_telephones_whose_zero_a_sheet_took_away_are_telephones(tmp_path: Path) -> None:
    numbers = [f"{6 + rank % 2}{12_345_678 + 7_919 * rank:08d}" for rank in range(30)]
    named = "".join(f"{rank};Durand;{number}\n" for rank, number in enumerate(numbers))
    unnamed = "".join(f"Durand;{number};{552_100_554 - 9_973 * rank}\n" for rank, number in enumerate(numbers))

    assert mapped(one(tmp_path / "clients.csv", "id;nom;telephone\n" + named))["phone"] == "telephone"
    assert "phone" not in (found := mapped(one(tmp_path / "gens.csv", unnamed)))
    assert found["mobile"] == "c2"


def test_dates_that_could_be_read_two_ways_are_pointed_out(tmp_path: Path) -> None:
    header = "ticket;date;montant\n"
    doubtful = one(tmp_path / "tickets_a.csv", header + "1;03/04/2025;1,50\n2;05/06/2025;2,50\n")
    settled = one(tmp_path / "tickets_b.csv", header + "1;03/04/2025;1,50\n2;25/06/2025;2,50\n")
    american = one(tmp_path / "tickets_c.csv", header + "1;03/14/2025;1.50\n2;05/26/2025;2.50\n")

    assert (doubtful.settings["dates"], doubtful.notes) == (["%d/%m/%Y"], ("day_first",))
    assert (settled.settings["dates"], settled.settings["decimal"], settled.notes) == (["%d/%m/%Y"], ",", ())
    assert (american.settings["dates"], american.settings["decimal"]) == (["%m/%d/%Y"], ".")


def test_a_file_without_header_is_recognised(tmp_path: Path) -> None:
    guess = one(tmp_path / "clients.csv", "1;zoe@example.org;59000\n2;noel@example.org;69002\n")

    assert not guess.reading.header
    assert mapped(guess)["email"] == "c2"


@pytest.mark.parametrize("header", ["fiche\n", "Adhérent\n", ""], ids=["a name that tells nothing", "a name", "none"])
def test_a_file_of_whole_persons_in_one_column_is_a_people_file(tmp_path: Path, header: str) -> None:
    persons = (
        '"M. Jean DUPONT 12 rue Haute 75011 PARIS 06 12 34 56 78"\n'
        '"Mme Anne PETIT 5 av Jaurès 69007 LYON anne@petit.fr"\n'
        '"Paul MARTIN, 3 place Royale, 59000 Lille"\n'
        '"Claire MOREAU"\n'
    )
    guess = one(tmp_path / "a.csv", header + persons)
    assert (guess.kind, mapped(guess)) == ("people", {"full_name": header.strip() or "c1"})
    streets = "lieu\n" + "".join(f'"{way} Jean Jaurès {n} 59000 Lille"\n' for n, way in enumerate(("rue", "place")))
    assert "full_name" not in mapped(one(tmp_path / "b.csv", streets))


def test_fixed_width_is_recognised_and_cut(tmp_path: Path) -> None:
    lines = [f"{rank:05d}Zoé       Chalain        5900{rank % 10}Lille\n".encode("cp1252") for rank in range(40)]
    guess = one(tmp_path / "porteurs.txt", b"".join(line.replace(b"\n", b"     \n") for line in lines))

    assert (guess.reading.format, guess.reading.encoding) == ("fixed", "cp1252")
    assert guess.reading.widths == {"c1": [1, 5], "c2": [6, 10], "c3": [16, 15], "c4": [31, 5], "c5": [36, 10]}
    assert mapped(guess)["postcode"] == "c4"


def test_daily_files_are_one_source_and_shop_folders_another(tmp_path: Path) -> None:
    for day in ("01", "02", "03"):
        path = tmp_path / "caisse" / f"tickets_202503{day}.csv"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"ticket;date;montant\n{day};2025-03-{day};1,50\n", encoding="utf-8")
    for shop, header in (("012_lille", "no projet;ouvert le;nature"), ("007_lens", "dossier;date ouverture;type")):
        path = tmp_path / "projets" / shop / "projets.csv"
        path.parent.mkdir(parents=True)
        path.write_text(header + "\nA1;12/03/2025;cuisine\n", encoding="utf-8")
    (tmp_path / "base").mkdir()
    base = start_base(tmp_path / "base")
    guesses = inspect_files(sorted(path for path in tmp_path.rglob("*.csv")))
    assert write_mapping(base, guesses) == ["tickets", "projets"]

    sources = load_settings(tmp_path / "base").sources
    assert sources["tickets"].files == ["../caisse/tickets_*.csv"]
    assert sources["projets"].files == ["../projets/*/projets.csv"]
    assert sources["projets"].path_pattern == "(?P<magasin>[0-9]+)[^/]*/[^/]+$"
    assert sources["projets"].columns["shop_key"] == "magasin"
    assert sorted(sources["projets"].columns["project_key"]) == ["dossier", "no projet"]


def test_the_mapping_explains_itself_and_keeps_peoples_edits(tmp_path: Path) -> None:
    source = tmp_path / "clients.csv"
    source.write_bytes(CLIENTS.encode())
    path = start_base(tmp_path)
    write_mapping(path, inspect_files([source]))
    text = path.read_text(encoding="utf-8")
    assert 'email = "Mél" # 98 %, par son nom et son contenu' in text
    assert 'kind = "people" # 90 %' in text

    edited = text.replace('city = "Ville" # 90 %, par son nom', 'city = "Autre" # à moi').replace('phone = "Tél."', "#")
    path.write_text(edited, encoding="utf-8")
    write_mapping(path, inspect_files([source]))

    again = path.read_text(encoding="utf-8")
    assert 'city = "Autre" # à moi' in again
    assert 'phone = "Tél."' in again
    write_mapping(path, inspect_files([source]))
    assert path.read_text(encoding="utf-8") == again


def test_the_demonstration_is_read_whole_from_what_inspection_guessed(base: Base, tmp_path: Path) -> None:
    demo = pytest.importorskip("chaland.demo")
    from_demo = tmp_path / "brindille"
    demo.write_demo(from_demo, persons=300, seed=5, reporter=Reporter())
    truth = parse_settings((from_demo / "chaland.toml").read_text(encoding="utf-8"), from_demo).sources
    files = [
        path
        for path in sorted(from_demo.rglob("*"))
        if path.is_file() and path.name not in ("chaland.toml", "truth.parquet") and path.parent.name != "carte"
    ]
    files = [path for path in files if path.parent.name != "tickets" or path.name < "tickets_20241101"]
    path = start_base(tmp_path / "base")
    write_mapping(path, inspect_files(files))
    found = load_settings(tmp_path / "base").sources

    names = {
        "tickets": "tickets", "enquetes": "enquetes", "assistance": "assistance_appelants", "catalogue": "catalogue",
        "assistance_appels": "assistance_appels", "assistance_dossiers": "assistance_dossiers", "magasins": "magasins",
        "site_clients": "prestashop_clients", "site_evenements": "evenements", "site_identites": "evenements_identites",
        "site_commandes": "evenements_commandes", "projets": "projets", "poses": "poses", "communes": "communes",
        "liste_suppression": "liste_suppression", "courrier_retourne": "courrier_retourne",
        "mauvais_payeurs": "mauvais_payeurs",
    }  # fmt: skip
    missed = {}
    for theirs, ours in names.items():
        assert found[ours].kind == truth[theirs].kind, ours
        for field, column in truth[theirs].columns.items():
            guessed = found[ours].columns.get(field, [])
            columns = [guessed] if isinstance(guessed, str) else guessed
            wanted = column if isinstance(column, list) else [column]
            is_found = any(name == w or name.endswith("." + w) for name in columns for w in wanted)
            if field != "recorded_at" and not is_found:
                missed[f"{ours}.{field}"] = columns
    assert missed == {"evenements_identites.mobile": []}  # a telephone that is mobile or not: mapped as phone


def test_shop_exports_are_recognised(shared_data: Path) -> None:
    guesses = {guess.name: guess for guess in inspect_files(sorted((shared_data / "shop_exports").glob("*.csv")))}

    assert mapped(guesses["prestashop_customers_import"]) == {
        "person_key": "Customer ID",
        "email": "Email *",
        "birth_date": "Birthday (yyyy-mm-dd)",
        "last_name": "Last Name *",
        "first_name": "First Name *",
        "consent_email": "Newsletter (0/1)",
        "recorded_at": "Registration date (yyyy-mm-dd)",
    }
    assert guesses["prestashop_addresses_import"].kind == "people"
    assert guesses["shopify_home_and_garden"].kind == "products"
    assert mapped(guesses["shopify_home_and_garden"])["product_key"] == "Handle"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"")

    with pytest.raises(SourceError) as refusal:
        inspect_files([tmp_path / "a.csv"])

    assert refusal.value.message == "a.csv : Le fichier est vide (0 octet)."


def test_a_new_base_explains_its_settings_and_reads_back(tmp_path: Path) -> None:
    path = start_base(tmp_path / "brindille")
    text = path.read_text(encoding="utf-8")

    assert '# Devise de tous les montants, ISO 4217.\n# currency = "EUR"\n' in text
    assert load_settings(tmp_path / "brindille").base.name == "brindille"
    uncommented = re.sub(r"^# (?=[a-z_]+ = )", "", text, flags=re.MULTILINE)
    assert parse_settings(uncommented, tmp_path) == parse_settings(text, tmp_path)
    with pytest.raises(ConfigError):
        start_base(tmp_path / "brindille")
    assert path.read_text(encoding="utf-8") == text


def test_a_base_copied_from_a_mapping_finds_its_sources(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "clients.csv").write_text(CLIENTS, encoding="utf-8")
    given = tmp_path / "exports" / "chaland.toml"
    given.write_text(
        '# écrit à la main\n[sources.clients]\nkind = "people"\nfiles = ["clients.csv"]\n'
        'columns = { last_name = "NOM" }\n',
        encoding="utf-8",
    )
    start_base(tmp_path / "bases" / "une", like=given)

    settings = load_settings(tmp_path / "bases" / "une")
    assert settings.base.sources_root == "../../exports"
    assert settings.sources_root == tmp_path / "exports"
    assert "# écrit à la main" in (tmp_path / "bases" / "une" / "chaland.toml").read_text(encoding="utf-8")


def test_the_commands_start_inspect_list_and_take_back(tmp_path: Path, base: Base) -> None:
    run = CliRunner()
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "clients.csv").write_text(CLIENTS, encoding="utf-8")
    folder = str(tmp_path / "ma-base")

    done = run.invoke(init_command, [folder])
    assert (done.exit_code, done.output.splitlines()[0]) == (0, f"{folder}/chaland.toml est écrit. Sources : 0.")
    done = run.invoke(inspect_command, [str(tmp_path / "exports"), "--write", folder], catch_exceptions=False)
    assert done.output.splitlines()[-1] == f"Sources écrites dans {folder}/chaland.toml : 1."
    assert "person_key" in done.output
    assert "zoe@example.org" not in done.output
    done = run.invoke(inspect_command, [str(tmp_path / "exports" / "clients.csv"), "--json"], catch_exceptions=False)
    answer = json.loads(done.output)
    assert answer["sources"][0]["kind"] == "people"
    assert "CHALAIN" not in done.output

    assert run.invoke(undo_command, [folder]).output == "Cette base n’a encore aucun chargement.\n"
    base.write("a.csv", "no;nom;ville\n1;Zoé;Lille\n")
    (base.folder / "chaland.toml").write_text('[base]\nsources_root = "sources"\n' + base.toml, encoding="utf-8")
    (load,) = base.ingest()
    done = run.invoke(undo_command, [str(base.folder), load.load_id], catch_exceptions=False)
    assert done.output.splitlines()[0] == f"{load.load_id} est repris. Lignes qui ne comptent plus : 1."
    listed = json.loads(run.invoke(undo_command, [str(base.folder), "--json"], catch_exceptions=False).output)
    assert [(one["load_id"], one["undone"]) for one in listed] == [(load.load_id, True)]
    done = run.invoke(undo_command, [str(base.folder), load.load_id, "--redo"], catch_exceptions=False)
    assert done.output.splitlines()[0] == f"{load.load_id} est remis. Lignes qui comptent à nouveau : 1."
    assert not base.loads()[0].undone
