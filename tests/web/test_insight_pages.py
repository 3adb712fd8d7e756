"""The pages of Understand: what each shows, defines and exports; what it says when a study was refused."""

from __future__ import annotations

import csv
import doctest
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.utils.translation import override
from tests.web.conftest import SignedIn
from tests.web.studied import publish_studied

from chaland.publish import CurrentSnapshot
from chaland.publish.insight import InsightReader
from chaland.tables import insight, insight_baskets, insight_studies
from chaland_web.insight.words import REASON
from chaland_web.rights import Role


@pytest.fixture(scope="module")
def studied_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("studied") / "base"
    publish_studied(folder)
    return folder


@pytest.fixture
def studied(studied_folder: Path, application: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CurrentSnapshot]:
    """Point the application at a base with enough customers for every study."""
    from chaland_web import snapshots

    current = CurrentSnapshot(studied_folder)
    monkeypatch.setattr(snapshots, "current", lambda: current)
    yield current
    current.close()


def slugs() -> list[str]:
    from chaland_web.insight.views import STUDIES

    return [study.slug for study in STUDIES]


def text_of(browser: Client, page: str) -> str:
    html = browser.get(page).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def rows_of(browser: Client, address: str, separator: str = ";") -> list[list[str]]:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = answer.content.decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:]), delimiter=separator))


def test_the_summary_leads_to_each_study_by_its_figure(alice: Client, studied: CurrentSnapshot) -> None:
    html = alice.get("/comprendre/").content.decode()
    for slug in slugs():
        assert f'href="/comprendre/{slug}/"' in html
    entries = alice.get("/comprendre/").context["entries"]
    assert {study.name for study, _, refusal, head in entries if refusal or head is None} <= {
        "profile",
        "catchment",
        "channels",
    }


def test_every_figure_has_its_definition_and_every_table_its_export(alice: Client, studied: CurrentSnapshot) -> None:
    for slug in slugs():
        html = alice.get(f"/comprendre/{slug}/").content.decode()
        assert " style=" not in html
        assert "<script>" not in html
        page = alice.get(f"/comprendre/{slug}/").context["page"]
        for sheet in page.sheets if page else ():
            assert sheet.definition, (slug, sheet.code)
            if sheet.rows:
                address = f"/comprendre/{slug}/{sheet.code}.csv"
                assert f'href="{address}"' in html
                rows = rows_of(alice, address)
                assert len(rows) == 1 + len(sheet.rows)
                assert {len(row) for row in rows} == {len(sheet.columns)}


def test_an_export_holds_the_figures_of_the_base_in_the_readers_writing(
    alice: Client, studied: CurrentSnapshot
) -> None:
    with studied.pinned() as snapshot, snapshot.reader() as reader:
        classes = InsightReader(reader).rows(insight.ABC_CLASSES)
    french = rows_of(alice, "/comprendre/concentration/abc.csv")
    assert french[0][:4] == ["Classe", "Clients", "Part", "Montant, 12 mois"]
    assert [row[1] for row in french[1:]] == [str(row["customers"]) for row in classes]
    assert french[1][3].replace(",", ".") == f"{classes[0]['amount']:.4f}".rstrip("0").rstrip(".")
    alice.cookies["chaland_language"] = "en"
    english = rows_of(alice, "/comprendre/concentration/abc.csv", ",")
    assert english[0][:2] == ["Class", "Customers"]
    assert english[1][3] == french[1][3].replace(",", ".")


def test_an_export_never_holds_a_formula(alice: Client, studied: CurrentSnapshot) -> None:
    rows = rows_of(alice, "/comprendre/paniers/paires.csv?niveau=family")
    assert [row[:2] for row in rows[1:]] == [["'=TERREAU()", "Rosier"]]
    wanted = {"Fois le hasard", "Part des tickets", "Au-delà du hasard (levier)", "Part du hasard (p corrigé)"}
    assert wanted < set(rows[0])


def test_baskets_are_filtered_by_level_order_and_words(alice: Client, studied: CurrentSnapshot) -> None:
    page = alice.get("/comprendre/paniers/?niveau=product&ordre=tickets&contient=ROSIER").context["page"]
    assert {row["label"] for row in page.sheets[-1].rows} == {"Rosier"}
    assert alice.get("/comprendre/paniers/?contient=zzz%25'%3B--").context["page"].sheets[-1].rows == []
    strange = alice.get("/comprendre/paniers/?niveau=drop&ordre=1;2").context["page"]
    assert strange.kept == {"niveau": "family", "ordre": "lift"}


def test_baskets_are_those_of_a_shop_or_a_season_when_asked(alice: Client, studied: CurrentSnapshot) -> None:
    with studied.pinned() as snapshot, snapshot.reader() as reader:
        ask = InsightReader(reader)
        of_season = ask.baskets(insight_baskets.BASKET_PAIRS, "family", scope="season", scope_key="summer", rows=500)
    page = alice.get("/comprendre/paniers/?niveau=family&saison=summer").context["page"]
    assert page.sheets[0].rows == of_season
    assert page.kept["saison"] == "summer"
    assert alice.get("/comprendre/paniers/?magasin=nowhere&saison=zzz").context["page"].kept == {
        "niveau": "family",
        "ordre": "lift",
    }
    whole = alice.get("/comprendre/paniers/?niveau=product&contient=terreau").context["page"]
    assert [row["other_label"] for row in whole.sheets[0].rows] == ["=TERREAU()"]


def test_the_five_reasons_of_a_customers_score_are_in_his_file(alice: Client, studied: CurrentSnapshot) -> None:
    with studied.pinned() as snapshot, snapshot.reader() as reader:
        known = InsightReader(reader).customer("c-camille")
    assert known and known.reasons and len(known.reasons) == 5
    html = alice.get("/clients/c-camille/").content.decode()
    with override("fr"):
        words = [str(REASON[one]) for one in known.reasons]
    assert "<ul><li>" + "</li><li>".join(words) + "</li></ul>" in html.replace("&#x27;", "'")


@pytest.mark.parametrize("slug", ["parcours", "fidelisation"])
def test_paths_and_loyalty_are_told_at_each_level(slug: str, alice: Client, studied: CurrentSnapshot) -> None:
    for level, name in (("department", "Cuisine"), ("family", "Parquet"), ("product", "Laque")):
        page = alice.get(f"/comprendre/{slug}/?niveau={level}").context["page"]
        told = " ".join(str(row) for sheet in page.sheets for row in sheet.rows)
        assert slug == "fidelisation" or name in told, level  # the crowd discovers nothing its likes do without
        assert [choice.is_chosen for choice in page.choices[0][1]].count(True) == 1
    assert alice.get(f"/comprendre/{slug}/?niveau=drop").context["page"].choices[0][1][0].is_chosen


def test_heat_maps_and_bars_tell_the_figures_of_the_tables(alice: Client, studied: CurrentSnapshot) -> None:
    with studied.pinned() as snapshot, snapshot.reader() as reader:
        ask = InsightReader(reader)
        grid, looked_from = ask.rows(insight.RFM_GRID), ask.studies()["rfm"].looked_from_date
    page = alice.get("/comprendre/segments-rfm/").context["page"]
    heat = page.sheets[1].chart
    shown = [cell.text for _, _, cells in heat.rows for cell in cells if cell]
    assert sorted(shown) == sorted(str(row["customers"]) for row in grid)
    assert f"Vu du {looked_from.day}" in text_of(alice, "/comprendre/segments-rfm/")


def test_a_refused_study_shows_its_reason_in_the_readers_language(alice: Client) -> None:
    assert "un modèle en demande au moins 500" in text_of(alice, "/comprendre/valeur/")
    assert "un modèle en demande au moins 500" in text_of(alice, "/comprendre/")
    alice.cookies["chaland_language"] = "en"
    assert "a model needs at least 500" in text_of(alice, "/comprendre/valeur/")
    assert alice.get("/comprendre/valeur/segments.csv").status_code == 404


def test_a_snapshot_made_before_the_studies_says_so(alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(InsightReader, "_tables", {})
    assert "sa prochaine construction les calculera" in text_of(alice, "/comprendre/cohortes/")
    assert "Pas encore calculé" in text_of(alice, "/comprendre/")
    assert alice.get("/comprendre/cohortes/cohortes.csv").status_code == 404


def test_unknown_studies_and_tables_are_not_found(alice: Client) -> None:
    assert alice.get("/comprendre/nowhere/").status_code == 404
    assert alice.get("/comprendre/cohortes/nowhere.csv").status_code == 404


def test_one_customer_is_told_with_his_scores_value_and_reasons(studied_folder: Path) -> None:
    current = CurrentSnapshot(studied_folder)
    with current.pinned() as snapshot, snapshot.reader() as reader:
        ask = InsightReader(reader)
        found = ask.customer("c-camille")
        silent = reader.select("select * from insight.churn where customer_id = 'c-camille'")[0]
        assert found is not None
        assert (found.is_silent, found.reasons) == (silent["is_silent"], silent["reasons"])
        assert found.reasons is not None
        assert len(found.reasons) == 5
        assert found.rfm_cell == f"{found.r_score}{found.f_score}{found.m_score}"
        assert ask.customer("nobody") is None
    current.close()


def test_every_code_of_the_studies_has_its_words(application: Path) -> None:
    from chaland.insight.churn import VARIABLES
    from chaland.insight.rfm import SEGMENTS
    from chaland_web.insight import words

    assert set(words.VARIABLE) == set(VARIABLES)
    assert set(words.REASON) == {sign + name for sign in "+-" for name in VARIABLES}
    assert set(words.SEGMENT_MEANING) == set(SEGMENTS) == set(words.SEGMENT) - {"arrived", "gone", "none"}


def test_examples_of_the_charts_run(application: Path) -> None:
    from chaland_web.insight import plots

    assert doctest.testmod(plots).failed == 0


def test_aspects_rated_are_drawn_with_their_quadrants(
    alice: Client, studied: CurrentSnapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    html = alice.get("/comprendre/satisfaction/").content.decode()
    assert re.findall(r'class="spot spot-(\w+)".*?<title>(\w+)', html) == [
        ("concentrate_here", "Accueil"),
        ("keep_up", "Conseil"),
        ("low_priority", "Prix"),
        ("overkill", "Parking"),
    ]
    assert 'class="crosshair"' in html
    read = InsightReader.rows
    monkeypatch.setattr(
        InsightReader,
        "rows",
        lambda self, table, **equal: (
            [] if table is insight_studies.SATISFACTION_ASPECTS else read(self, table, **equal)
        ),
    )
    html = alice.get("/comprendre/satisfaction/").content.decode()
    assert "aucun aspect n’est noté ici" in html
    assert "[sources.NOM.attributes]" in html


def test_the_value_of_all_customers_has_an_interval(alice: Client, studied: CurrentSnapshot) -> None:
    with studied.pinned() as snapshot, snapshot.reader() as reader:
        rows = InsightReader(reader).rows(insight.CLV_TOTALS, segment="")
    assert [row["months"] for row in rows] == [3, 12, 36]
    assert all(row["purchases_low"] < row["purchases"] < row["purchases_high"] for row in rows)
    figures = alice.get("/comprendre/valeur/").context["page"].figures
    assert str(figures[2].aside).startswith("entre ")
    told = rows_of(alice, "/comprendre/valeur/totaux.csv")
    assert len(told) == 1 + 3 * len({row[0] for row in told[1:]})


def test_who_is_not_satisfied_is_named_to_those_who_open_files_and_leads_there(
    signed_in: SignedIn, alice: Client, studied: CurrentSnapshot
) -> None:
    html = alice.get("/comprendre/satisfaction/").content.decode()
    assert re.findall(r'href="/clients/([a-z-]+)/">([^<]+)</a>', html)[:2] == [
        ("c-camille", "Camille Chalain"),
        ("c-lucas", "Lucas Martin"),
    ]
    analyst = signed_in(Role.ANALYST).get("/comprendre/satisfaction/").content.decode()
    assert "Chalain" not in analyst
    assert "attente" not in re.sub(r"<form.*?</form>", "", analyst, flags=re.DOTALL)
    manager = signed_in(Role.SHOP_MANAGER, shops=["ROU"])
    assert manager.get("/comprendre/satisfaction/").context["voices"].everybody == 1
    others = manager.get("/comprendre/satisfaction/?magasin=LIL").context["voices"]
    assert (others.unhappy, others.written) == ([], [])


def test_comments_are_found_by_their_words_whatever_their_accents(alice: Client, studied: CurrentSnapshot) -> None:
    def found(query: str) -> list[str]:
        return [row["comment"] for row in alice.get(f"/comprendre/satisfaction/?{query}").context["voices"].written]

    assert found("mots=ATTENTE") == ["Trop d'attente à l'accueil", "Très bien, sans attente", "Attente interminable"]
    assert found("mots=attente+tres") == ["Très bien, sans attente"]
    assert found("mots=attente&mecontents=1&magasin=LIL") == ["Trop d'attente à l'accueil", "Attente interminable"]
    assert found("mots=%25%27%3B--zz") == []


def test_the_list_of_the_dissatisfied_leaves_with_the_right_a_trace_and_no_formula(
    signed_in: SignedIn, studied: CurrentSnapshot
) -> None:
    from chaland_web.accounts.models import Export

    answer = signed_in(Role.CAMPAIGN_MANAGER).get("/comprendre/satisfaction/a-rappeler.csv")
    lines = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")), delimiter=";"))
    assert [line[1] for line in lines[1:]] == ["Camille Chalain", "Lucas Martin"]
    assert lines[2][6] == "'=1+1"
    assert list(Export.objects.values_list("what", "rows")) == [("unsatisfied customers", 2)]
    for role in (Role.ANALYST, Role.SHOP_MANAGER):
        assert signed_in(role).get("/comprendre/satisfaction/a-rappeler.csv").status_code == 403
    assert Export.objects.count() == 1


def test_figures_leave_with_the_right_to_export_alone(signed_in: SignedIn, studied: CurrentSnapshot) -> None:
    from chaland_web.accounts.models import Export

    manager = signed_in(Role.SHOP_MANAGER, shops=["LIL"])
    assert "/cohortes.csv" not in manager.get("/comprendre/cohortes/").content.decode()
    assert manager.get("/comprendre/cohortes/cohortes.csv").status_code == 403
    assert signed_in(Role.ANALYST).get("/comprendre/cohortes/cohortes.csv").status_code == 200
    assert list(Export.objects.values_list("what", "detail")) == [("figures", "cohortes cohortes")]
