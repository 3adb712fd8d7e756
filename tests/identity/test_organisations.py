"""Organisations beside persons: one SIRET is one customer, two SIREN are two, and their clerks are persons."""

from __future__ import annotations

from tests.cast import load_rows
from tests.identity.test_resolve import customer_of, resolved
from tests.identity.town import Row, blank_record

from chaland.engine import Engine
from chaland.identity.organisations import LARGEST_COMPANY
from chaland.tables import clean

ONE, OTHER = "732829320", "552008443"


def company(record_id: str, name: str, **fields: object) -> Row:
    return blank_record(record_id, is_organisation=True, organisation=name, first_name=None, last_name=None, **fields)


def run(rows: list[Row], numbers: dict[str, tuple[str, str | None]]) -> Engine:
    said = [{"record_id": record, "siren": siren, "siret": siret} for record, (siren, siret) in numbers.items()]
    return resolved(rows, fill=lambda engine: load_rows(engine, clean.COMPANIES, said))


def test_one_siret_is_one_customer_and_two_sirens_are_two() -> None:
    same = {"phone": "+33144556677", "email_key": "contact@a.fr", "insee_code": "75101", "postcode": "75001"}
    rows = [
        company("a:1", "MAISON DURAND", insee_code="59350"),
        company("b:1", "DURAND ET FILS", insee_code="69381"),
        company("c:1", "LA COMPAGNIE", **same),
        company("c:2", "LA COMPAGNIE", **same),
    ]
    without = customer_of(run(rows, {}))
    assert without["a:1"] != without["b:1"]
    assert without["c:1"] == without["c:2"]
    numbers = {"a:1": (ONE, ONE + "00074"), "b:1": (ONE, ONE + "00074"), "c:1": (ONE, None), "c:2": (OTHER, None)}
    found = customer_of(run(rows, numbers))
    assert found["a:1"] == found["b:1"]
    assert found["c:1"] != found["c:2"]


def test_a_number_everybody_gives_joins_nobody() -> None:
    count = LARGEST_COMPANY + 1
    rows = [company(f"a:{n:04d}", f"MAISON {chr(65 + n % 26)}{chr(65 + n // 26)}{n}") for n in range(count)]
    found = customer_of(run(rows, {row["record_id"]: (ONE, ONE + "00074") for row in rows}))
    assert len(set(found.values())) > count // 2


def test_those_who_write_for_an_organisation_are_linked_to_it_and_stay_persons() -> None:
    town = {"insee_code": "59350", "postcode": "59000"}
    rows = [
        company("o:1", "SARL DUPONT", email_key="contact@dupont.fr", phone="+33320000001", **town),
        blank_record("p:1", first_name_key="ANNE", last_name_key="PETIT", organisation="Sarl Dupont", **town),
        blank_record("p:2", first_name_key="LUC", last_name_key="ROUX", organisation="SARL DUPONT", insee_code="13201"),
        blank_record("p:3", first_name_key="EVE", last_name_key="MOREL", email_key="contact@dupont.fr"),
        blank_record("p:4", first_name_key="GUY", last_name_key="LEROY"),
        blank_record("p:5", first_name_key="ZOE", last_name_key="SIMON", phone="+33320000001"),
        blank_record("p:6", first_name_key="NOE", last_name_key="FABRE", organisation="DUPONT ETS"),
    ]
    engine = run(rows, {"o:1": (ONE, None), "p:6": (ONE, None)})
    found = customer_of(engine)
    assert len(set(found.values())) == 7
    named = {customer: record for record, customer in found.items()}
    links = engine.rows("select organisation_id, person_id, matched_by from identity.contact_persons")
    assert {(named[one], named[other], by) for one, other, by in links} == {
        ("o:1", "p:1", "name"), ("o:1", "p:3", "email"), ("o:1", "p:5", "phone"), ("o:1", "p:6", "siren"),
    }  # fmt: skip


def test_a_switchboard_that_many_persons_give_tells_nobody_s_employer() -> None:
    rows = [company("o:1", "LA COMPAGNIE", phone="+33320000001")]
    rows += [
        blank_record(f"p:{n}", first_name_key=f"ANNE{chr(65 + n)}", last_name_key=chr(65 + n) * 5, phone="+33320000001")
        for n in range(6)
    ]
    assert run(rows, {}).rows("from identity.contact_persons") == []
