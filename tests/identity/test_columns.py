"""Columns guessed by `dedupe` and `link`: exports of other programs, other countries, and what is left alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from chaland.cli.dedupe import columns_told
from chaland.dedupe import dedupe_files, guess_columns
from chaland.dedupe_people import people_rows
from chaland.link import LinkFile, link_files
from chaland.progress import Reporter

AS_OF = date(2026, 11, 1)

EXPORTS = {
    "a CRM's contacts": (
        "Id,Salutation,FirstName,LastName,AccountId,Title,MailingStreet,MailingCity,MailingState,MailingPostalCode,"
        "MailingCountry,OtherStreet,OtherCity,OtherPostalCode,Phone,MobilePhone,HomePhone,AssistantPhone,ReportsToId,"
        "Email,AssistantName,Birthdate,OwnerId,CreatedDate",
        "first_name=FirstName last_name=LastName civility=Salutation street=MailingStreet city=MailingCity "
        "postcode=MailingPostalCode country=MailingCountry phone=Phone mobile=MobilePhone email=Email "
        "birth_date=Birthdate",
    ),
    "a CRM's contacts, numbered": (
        "contactid,firstname,lastname,emailaddress1,emailaddress2,telephone1,telephone2,mobilephone,birthdate,"
        "gendercode,address1_line1,address1_line2,address1_city,address1_postalcode,address2_line1,address2_city,"
        "parentcustomerid",
        "first_name=firstname last_name=lastname email=emailaddress1 phone=telephone1 mobile=mobilephone "
        "birth_date=birthdate sex=gendercode street=address1_line1 complement=address1_line2 city=address1_city "
        "postcode=address1_postalcode",
    ),
    "a shop's customers": (
        "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,"
        "Default Address Address1,Default Address Address2,Default Address City,Default Address Province Code,"
        "Default Address Zip,Default Address Phone,Phone,Total Spent,Tags",
        "first_name=First Name,last_name=Last Name,email=Email,organisation=Default Address Company,"
        "street=Default Address Address1,complement=Default Address Address2,city=Default Address City,"
        "postcode=Default Address Zip,phone=Phone",
    ),
    "a shop's billing and shipping": (
        "customer_id,user_login,user_email,first_name,last_name,billing_first_name,billing_company,billing_address_1,"
        "billing_address_2,billing_postcode,billing_city,billing_phone,shipping_first_name,shipping_address_1,"
        "shipping_postcode,shipping_city",
        "first_name=first_name last_name=last_name email=user_email organisation=billing_company "
        "street=billing_address_1 complement=billing_address_2 postcode=billing_postcode city=billing_city "
        "phone=billing_phone",
    ),
    "a shop's addresses": (
        "email,_website,created_at,dob,firstname,gender,group_id,lastname,middlename,_address_city,_address_company,"
        "_address_firstname,_address_lastname,_address_postcode,_address_region,_address_street,_address_telephone",
        "email=email birth_date=dob first_name=firstname sex=gender last_name=lastname city=_address_city "
        "organisation=_address_company postcode=_address_postcode street=_address_street phone=_address_telephone",
    ),
    "a directory": (
        "Name,Given Name,Additional Name,Family Name,Birthday,E-mail 1 - Type,E-mail 1 - Value,E-mail 2 - Value,"
        "Phone 1 - Type,Phone 1 - Value,Address 1 - Street,Address 1 - City,Address 1 - Postal Code",
        "first_name=Given Name,last_name=Family Name,birth_date=Birthday,email=E-mail 1 - Value,"
        "phone=Phone 1 - Value,street=Address 1 - Street,city=Address 1 - City,postcode=Address 1 - Postal Code",
    ),
    "a French till": (
        "cli_num,cli_civ,cli_nom,cli_prenom,cli_adr1,cli_adr2,cli_cp,cli_ville,cli_tel,cli_gsm,cli_mail,cli_dnaiss",
        "civility=cli_civ last_name=cli_nom first_name=cli_prenom street=cli_adr1 complement=cli_adr2 postcode=cli_cp "
        "city=cli_ville phone=cli_tel mobile=cli_gsm email=cli_mail birth_date=cli_dnaiss",
    ),
    "French accounts": (
        "CT_Num,CT_Type,CT_Intitule,CT_Adresse,CT_Complement,CT_CodePostal,CT_Ville,CT_Telephone,CT_EMail",
        "full_name=CT_Intitule street=CT_Adresse complement=CT_Complement postcode=CT_CodePostal city=CT_Ville "
        "phone=CT_Telephone email=CT_EMail",
    ),
    "a French diary, at home and at work": (
        "Prénom,Deuxième prénom,Nom,Rue (bureau),Ville (bureau),Code postal (bureau),Rue (domicile),Ville (domicile),"
        "Code postal (domicile),Téléphone (bureau),Téléphone (domicile),Tél. mobile,Adresse de messagerie",
        "first_name=Prénom,last_name=Nom,street=Rue (domicile),city=Ville (domicile),"
        "postcode=Code postal (domicile),phone=Téléphone (domicile),mobile=Tél. mobile,email=Adresse de messagerie",
    ),
    "a voters' list": (
        "voter_id,name_last,name_first,name_middle,res_street_address,res_city_desc,zip_code,phone_num,sex_code,yob",
        "last_name=name_last first_name=name_first street=res_street_address city=res_city_desc postcode=zip_code "
        "phone=phone_num sex=sex_code birth_date=yob",
    ),
    "a hospital's patients": (
        "pat_id,pat_first_name,pat_last_name,alias_first_name,gender_code,ssn,home_phone,mother_maiden_name",
        "first_name=pat_first_name last_name=pat_last_name sex=gender_code phone=home_phone",
    ),
    "German": (
        "Kundennr,Anrede,Vorname,Nachname,Geburtsdatum,Straße,Hausnummer,PLZ,Ort,Land,Telefon,Handy,E-Mail,Firma",
        "civility=Anrede first_name=Vorname last_name=Nachname birth_date=Geburtsdatum street=Straße "
        "street_number=Hausnummer postcode=PLZ city=Ort country=Land phone=Telefon mobile=Handy email=E-Mail "
        "organisation=Firma",
    ),
    "Spanish, two surnames": (
        "id,nombre,apellido1,apellido2,sexo,fecha_nacimiento,direccion,codigo_postal,localidad,provincia,movil",
        "first_name=nombre last_name=apellido1+apellido2 sex=sexo birth_date=fecha_nacimiento street=direccion "
        "postcode=codigo_postal city=localidad mobile=movil",
    ),
    "Italian": (
        "Nome,Cognome,Data di nascita,Indirizzo,Numero civico,CAP,Città,Cellulare,Ragione sociale",
        "first_name=Nome,last_name=Cognome,birth_date=Data di nascita,street=Indirizzo,street_number=Numero civico,"
        "postcode=CAP,city=Città,mobile=Cellulare,organisation=Ragione sociale",
    ),
    "Portuguese": (
        "Nome próprio,Apelido,Data de nascimento,Morada,Código postal,Localidade,Telemóvel",
        "first_name=Nome próprio,last_name=Apelido,birth_date=Data de nascimento,street=Morada,"
        "postcode=Código postal,city=Localidade,mobile=Telemóvel",
    ),
    "Dutch": (
        "Voornaam,Tussenvoegsel,Achternaam,Geboortedatum,Straat,Huisnummer,Postcode,Woonplaats,Mobiel,E-mailadres",
        "first_name=Voornaam last_name=Achternaam birth_date=Geboortedatum street=Straat street_number=Huisnummer "
        "postcode=Postcode city=Woonplaats mobile=Mobiel email=E-mailadres",
    ),
}


def pairs(text: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in text.split("," if "," in text else " "))


def table(**columns: list[str]) -> pa.Table:
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})


@pytest.mark.parametrize(("header", "fields"), EXPORTS.values(), ids=EXPORTS.keys())
def test_columns_of_other_programs_are_known_by_their_names(header: str, fields: str) -> None:
    assert guess_columns(header.split(","), {}, []) == pairs(fields)


def test_columns_named_by_stranger_words_are_left() -> None:
    names = (
        "first_visit,last_purchase_date,given_consent,family_status,city_size,email_status,phone_verified,product_name,"
        "store_name,user_name,ip_address,file_name,mobile_app_version,land_area,passport_no,tax_id,age,race_code,state"
    )
    assert guess_columns(names.split(","), {}, []) == {}


def test_what_speaks_of_somebody_else_is_left() -> None:
    names = ["nom", "prenom", "prenom_conjoint", "mother_maiden_name", "assistant_phone", "emergency_contact_email"]
    assert guess_columns(names, {}, []) == {"last_name": "nom", "first_name": "prenom"}


@pytest.mark.parametrize(
    ("names", "parts"),
    [
        (["nom", "bd", "bm", "by"], "bd/bm/by"),
        (["nom", "birth_year", "birth_month", "birth_day"], "birth_day/birth_month/birth_year"),
        (
            ["nom", "jour_naissance", "mois_naissance", "annee_naissance"],
            "jour_naissance/mois_naissance/annee_naissance",
        ),
        (["nom", "date_naissance", "annee_naissance"], "date_naissance"),
        (["nom", "annee_naissance"], "annee_naissance"),
    ],
)
def test_a_birth_date_is_put_together_or_its_year_alone_is_taken(names: list[str], parts: str) -> None:
    assert guess_columns(names, {}, [])["birth_date"] == parts


def test_day_month_and_year_are_a_birth_only_where_their_years_span_a_life() -> None:
    days, months = [str(1 + n % 28) for n in range(60)], [str(1 + n % 12) for n in range(60)]
    rows = table(nom=["Durand"] * 60, day=days, month=months, year=[str(1930 + n) for n in range(60)])
    assert guess_columns(rows.column_names, {}, [], rows)["birth_date"] == "day/month/year"
    recent = rows.set_column(3, "year", pa.array([str(2020 + n % 5) for n in range(60)]))
    assert "birth_date" not in guess_columns(recent.column_names, {}, [], recent)


def test_a_birth_date_that_lacks_its_day_keeps_its_year() -> None:
    rows = table(_line=["1", "2", "3", "4"], d=["3", "", "", ""], m=["12", "7", "", ""], y=["1960", "1961", "1962", ""])
    people = people_rows(rows, {"birth_date": "d/m/y"}, "s", "f.csv", "")
    assert people["birth_date"].to_pylist() == ["3/12/1960", "7/1961", "1962", ""]


@pytest.mark.parametrize(
    ("names", "fields"),
    [
        (["name"], {"full_name": "name"}),
        (["Name", "Vorname"], {"last_name": "Name", "first_name": "Vorname"}),
        (["Name", "Surname"], {"first_name": "Name", "last_name": "Surname"}),
        (["Name", "First Name", "Last Name"], {"first_name": "First Name", "last_name": "Last Name"}),
        (["Nombre"], {"full_name": "Nombre"}),
        (["full_name", "prenom", "nom"], {"full_name": "full_name", "first_name": "prenom", "last_name": "nom"}),
    ],
)
def test_what_stands_beside_tells_what_a_name_is(names: list[str], fields: dict[str, str]) -> None:
    assert guess_columns(names, {}, []) == fields


PERSONS = ["Allen, Miguel", "PEREZ, Ruby", "Colon, Peter", "Martin, Camille"] * 6
COMPANIES = ["Jimenez & Söhne GmbH", "NXP B.V.", "Garage du Centre", "UNILEVER NV"] * 6


def test_what_a_column_of_names_holds_tells_companies_from_persons() -> None:
    for name in ("name", "account_name", "client"):
        rows = table(**{name: COMPANIES})
        assert guess_columns([name], {}, [], rows) == {"organisation": name}
    for name in ("name", "guest_name", "client"):
        rows = table(**{name: PERSONS})
        assert guess_columns([name], {}, [], rows) == {"full_name": name}


def test_an_account_beside_a_person_is_his_company() -> None:
    rows = table(**{"First Name": ["Ruby"] * 24, "Last Name": ["Perez"] * 24, "Account Name": COMPANIES})
    assert guess_columns(rows.column_names, {}, [], rows)["organisation"] == "Account Name"


def test_contents_that_deny_a_name_are_believed() -> None:
    rows = table(Name=["#1001", "#1002"], **{"Billing Name": ["Ruby Perez", "Miguel Allen"], "Email": ["a", "b"]})
    assert guess_columns(rows.column_names, {}, [], rows) == {"full_name": "Billing Name"}


def test_contents_of_other_countries_confirm_names() -> None:
    rows = table(
        forename=["Ruby", "Peter"],
        dob=["10/07/1959", "02/30/1962"],
        gp_postcode=["NG8 1BN", "WV9 2US"],
        phone=["212/473-8388", "+1-415-555-0185 x7571"],
        gender=["non_binary", "F"],
    )
    fields = ["first_name", "birth_date", "postcode", "phone", "sex"]
    assert guess_columns(rows.column_names, {}, [], rows) == dict(zip(fields, rows.column_names, strict=True))


def test_contents_alone_are_believed_only_where_no_name_says_anything() -> None:
    rows = table(zone_a=["zoe@free.fr", "luc@free.fr"], zone_b=["59000", "69002"])
    assert guess_columns(["zone_a", "zone_b"], {}, [], rows) == {"email": "zone_a", "postcode": "zone_b"}
    named = rows.append_column("nom", pa.array(["Durand", "Leroy"]))
    assert guess_columns(named.column_names, {}, [], named) == {"last_name": "nom"}


def test_the_exact_name_wins_then_the_better_filled_column() -> None:
    rows = table(
        nom=["Durand", "Leroy"],
        client_phone=["03 20 00 00 01", "03 20 00 00 02"],
        phone=["03 20 00 00 03", ""],
        courriel=["", "l@free.fr"],
        mail=["d@free.fr", "l@free.fr"],
    )
    found = guess_columns(rows.column_names, {}, [], rows)
    assert (found["phone"], found["email"]) == ("phone", "mail")


def test_a_column_that_few_rows_of_a_large_file_fill_is_known() -> None:
    seldom = [None] * 5_003
    seldom[1_234] = "zoe@free.fr"  # no row looked at: they are every third
    rows = pa.table({"nom": ["Durand"] * 5_003, "courriel": pa.array(seldom, pa.string())})
    assert guess_columns(rows.column_names, {}, [], rows) == {"last_name": "nom", "email": "courriel"}


def test_surnames_and_first_names_in_one_column_are_whole_names() -> None:
    both = table(nom=["DUPONT Jean", "Petit Anne", "Luc Martin", "MOREAU Claire"] * 6)
    assert guess_columns(["nom"], {}, [], both) == {"full_name": "nom"}
    surnames = table(nom=["DUPONT", "Petit", "De La Tour", "MOREAU"] * 6)
    assert guess_columns(["nom"], {}, [], surnames) == {"last_name": "nom"}


def test_of_a_couple_the_first_is_taken_and_not_mixed_with_the_second() -> None:
    names = ["Prénom 1", "Nom 1", "Prénom 2", "Nom 2", "Adresse 1", "Adresse 2", "CP", "Ville"]
    assert guess_columns(names, {}, []) == {
        "first_name": "Prénom 1",
        "last_name": "Nom 1",
        "street": "Adresse 1",
        "complement": "Adresse 2",
        "postcode": "CP",
        "city": "Ville",
    }


def test_a_file_cut_by_widths_is_read_by_what_its_columns_hold(tmp_path: Path) -> None:
    lines = [f"{rank:05d}Zoé       Durand         5900{rank % 10}Lille     \n" for rank in range(40)]
    file = tmp_path / "porteurs.txt"
    file.write_bytes("".join(lines).encode("cp1252"))
    found = dedupe_files([file], tmp_path / "out", columns={}, as_of=AS_OF, reporter=Reporter())
    assert found.records == 40
    assert found.columns == {"first_name": "c2", "last_name": "c3", "postcode": "c4", "city": "c5"}


def test_columns_taken_and_columns_left_are_told(tmp_path: Path, english_reader: None) -> None:
    one, other = tmp_path / "a.csv", tmp_path / "b.csv"
    one.write_text("nom,prenom,yob,shoe_size\nDurand,Zoé,1971,39\nLeroy,Luc,1980,44\n", encoding="utf-8")
    other.write_text("name_last,name_first,zone\nDurand,Zoé,7\nPetit,Anne,9\n", encoding="utf-8")
    found = dedupe_files([one], tmp_path / "out", columns={}, as_of=AS_OF, reporter=Reporter())
    assert columns_told(found.columns, found.left) == [
        "Columns read: last_name=nom, first_name=prenom, birth_date=yob",
        "Columns left: shoe_size. To take one: --columns FIELD=COLUMN.",
    ]
    linked = link_files(LinkFile(one, {}), LinkFile(other, {}), tmp_path / "out", as_of=AS_OF, reporter=Reporter())
    assert linked.left == {"a.csv": ["shoe_size"], "b.csv": ["zone"]}
    assert columns_told(linked.columns, linked.left)[1:] == [
        "Columns left of a.csv: shoe_size.",
        "Columns left of b.csv: zone.",
    ]
