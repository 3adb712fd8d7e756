"""chaland.toml is checked whole, and its faults are told together."""

from __future__ import annotations

from pathlib import Path

import pytest

from chaland.config import load_settings, parse_settings
from chaland.errors import ConfigError


def test_all_faults_are_told_together_with_the_nearest_known_name() -> None:
    text = """
    [base]
    naem = "Brindille"
    [run]
    threads = "two"
    [sources.card]
    kind = "peple"
    files = "card.txt"
    """
    with pytest.raises(ConfigError) as caught:
        parse_settings(text, Path())
    assert caught.value.faults == (
        "base.naem : réglage inconnu. Vouliez-vous dire name\N{NO-BREAK SPACE}?",
        "run.threads : int attendu, str trouvé.",
        "sources.card.kind : attendu l’un de people, flags, tickets, products, shops, communes, loyalty, contacts, "
        "cases, consents, surveys, projects, web_events, operations, operation_targets, coupons, redemptions, "
        "decisions, corrections. Vouliez-vous dire people\N{NO-BREAK SPACE}?",
    )


def test_a_field_unknown_to_the_kind_is_refused() -> None:
    text = '[sources.card]\nkind = "people"\nfiles = ["card.txt"]\ncolumns = { nom = "NOM", lastname = "NOM" }'
    with pytest.raises(ConfigError) as caught:
        parse_settings(text, Path())
    assert caught.value.faults == (
        "sources.card : champ nom inconnu pour le type people.",
        "sources.card : champ lastname inconnu pour le type people. Vouliez-vous dire last_name\N{NO-BREAK SPACE}?",
    )


def test_a_survey_that_names_people_feeds_people_too() -> None:
    text = """
    [sources.survey]
    kind = "surveys"
    files = "survey.xlsx"
    columns = { survey_key = "N", answered_at = "DATE", last_name = "NOM" }
    [sources.events]
    kind = "web_events"
    files = "events.jsonl"
    columns = { event_key = "messageId", person_key = "userId", occurred_at = "timestamp", event = "event" }
    """
    settings = parse_settings(text, Path())
    assert settings.sources["survey"].names_people
    assert not settings.sources["events"].names_people
    assert settings.sources["survey"].files == ["survey.xlsx"]


def test_the_towns_of_shops_and_communes_are_nobody_s_address() -> None:
    text = """
    [sources.shops]
    kind = "shops"
    files = "shops.csv"
    columns = { shop_key = "CODE", postcode = "CP", city = "VILLE" }
    [sources.communes]
    kind = "communes"
    files = "communes.csv"
    columns = { insee_code = "CODE", city = "NOM", population = "POP" }
    """
    settings = parse_settings(text, Path())
    assert [source.names_people for source in settings.sources.values()] == [False, False]


def test_a_folder_without_settings_is_not_a_base(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"chaland\.toml y manque"):
        load_settings(tmp_path)


def test_broken_toml_is_told_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "chaland.toml").write_text("[base\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="TOML invalide"):
        load_settings(tmp_path)
