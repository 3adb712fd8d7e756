"""The worked examples of the norm note (§1.7) and our own, as one readable table each."""

from __future__ import annotations

from pathlib import Path

import pytest

from chaland.clean.address_lines import line_4, shorten
from chaland.clean.addresses import Address, RawAddress, clean_address
from chaland.clean.dictionaries import use_dictionaries
from chaland.clean.text import fold
from chaland.errors import ConfigError

# Examples 1 to 11: a street label within 32 characters
SHORTENED = [
    (1, "Bd. du Maréchal Jean-Marie de Lattre de Tassigny", "BD MAL J M DE LATTRE DE TASSIGNY"),
    (2, "avenue des Fleurs", "AVENUE DES FLEURS"),
    (3, "av. du Général Charles de Gaulle prolongée", "AV DU GAL C DE GAULLE PROLONGEE"),
    (4, "rue du Docteur Jean-Baptiste Charcot", "RUE DU DR JEAN BAPTISTE CHARCOT"),
    (5, "Square des Sœurs de Saint-Vincent-de-Paul", "SQ SOEURS DE ST VINCENT DE PAUL"),
    (6, "rue des Frères Marc et Jean-Marie Gamon", "RUE DES FRERES M ET J M GAMON"),
    (7, "avenue du Président John Fitzgerald Kennedy", "AV DU PDT J FITZGERALD KENNEDY"),
    (8, "Zone d'activité des Portes de l'Océan Atlantique", "ZA PORTES DE L OCEAN ATLANTIQUE"),
    (9, "Lotissement Les Jardins de la Fontaine", "LOT LES JARDINS DE LA FONTAINE"),
    (10, "avenue de la Division du Général Leclerc", "AV DE LA DIVISION DU GAL LECLERC"),
    # the tool of the note wrongly writes COUR; COURS must stay
    (11, "Cours du Maréchal de Lattre de Tassigny", "COURS MAL DE LATTRE DE TASSIGNY"),
]


@pytest.mark.parametrize(("number", "written", "line"), SHORTENED)
def test_worked_examples_of_streets_shorten_as_the_norm_says(number: int, written: str, line: str) -> None:
    address = clean_address(RawAddress(street=written))
    assert address.address_line_4 == line, number


def _lines(address: Address) -> tuple[str | None, ...]:
    return tuple(getattr(address, f"address_line_{line}") for line in (2, 3, 4, 5, 6))


# Examples 12 to 25: the lines that must come out (2, 3, 4, 5, 6), None where the example says nothing
EXAMPLES = [
    (
        1,
        "54, Bd. du Maréchal Jean-Marie de Lattre de Tassigny",
        (None, None, "54 BD MAL J M DE LATTRE DE TASSIGNY", None, None),
    ),
    (2, "3 avenue des Fleurs", (None, None, "3 AVENUE DES FLEURS", None, None)),
    (12, "12 bis, Avenue du Général Leclerc", (None, None, "12 BIS AVENUE DU GENERAL LECLERC", None, None)),
    (13, "15/17 rue des Lilas", (None, None, "15 RUE DES LILAS", None, None)),
    (14, "Saint-Germain-en-Laye 78100", (None, None, None, None, "78100 ST GERMAIN EN LAYE")),
    (15, "5 rue Saint-Antoine", (None, None, "5 RUE SAINT ANTOINE", None, None)),
    (16, "PARIS 8ème, 75008", (None, None, None, None, "75008 PARIS")),
    (17, "B.P. 18, Arveyres, 33506 Libourne Cédex", (None, None, None, "BP 18 ARVEYRES", "33506 LIBOURNE CEDEX")),
    (18, "lieu-dit Caudos, 25 rue de l'Église, Mios", (None, None, "25 RUE DE L EGLISE", "CAUDOS", "33380 MIOS")),
    (19, "Les Grandes Vignes 24230 Vélines", (None, None, "LES GRANDES VIGNES", None, "24230 VELINES")),
    (
        20,
        "La Chapelle-Monthodon, commune nouvelle",
        (None, None, None, "LA CHAPELLE MONTHODON", "02330 VALLEES EN CHAMPAGNE"),
    ),
    (
        21,
        "Appt 12 3e ét. esc B, rés. Les Tilleuls",
        ("APP 12 ETAGE 3 ESC B", "RESIDENCE LES TILLEULS", None, None, None),
    ),
    (22, "1000 Bourg-en-Bresse", (None, None, None, None, "01000 BOURG EN BRESSE")),
    (23, "Porto-Vecchio 20137", (None, None, None, None, "20137 PORTO VECCHIO")),
    (24, "Saint-Pierre, La Réunion 97410", (None, None, None, None, "97410 ST PIERRE")),
    (25, "c/o Mme Durand", ("CHEZ MADAME DURAND", None, None, None, None)),
]


@pytest.mark.parametrize(("number", "written", "lines"), EXAMPLES)
def test_worked_examples_of_addresses_take_their_lines(
    number: int, written: str, lines: tuple[str | None, ...]
) -> None:
    field = "complement" if number in (21, 25) else "address"
    assert _lines(clean_address(RawAddress(**{field: written}))) == lines


def test_corsica_and_reunion_get_their_departement_from_the_insee_code() -> None:
    assert clean_address(RawAddress(address="Porto-Vecchio 20137")).insee_code == "2A247"
    assert clean_address(RawAddress(address="Saint-Pierre, La Réunion 97410")).insee_code == "97416"


def test_a_lost_zero_is_restored_only_when_the_town_agrees() -> None:
    agreed = clean_address(RawAddress(street="12 rue Haute", postcode="1000", city="Bourg-en-Bresse"))
    refused = clean_address(RawAddress(street="12 rue Haute", postcode="1000", city="Lille"))
    assert (agreed.address_status, agreed.address_reason, agreed.postcode) == ("V2", "postcode_zero", "01000")
    assert (refused.address_status, refused.postcode) == ("R6", "1000")


# street, postcode, town → status, reason, postcode, town
TOWNS = [
    ("12 rue Haute", "78100", "Saint-Germain-en-Laye", "V0", "ok", "78100", "Saint-Germain-en-Laye"),
    ("12 rue Haute", "78100", "ST GERMAIN EN LAYE", "V1", "reformatted", "78100", "Saint-Germain-en-Laye"),
    ("12 r. Haute", "78100", "SAINT GERMAIN EN LAYE", "V1", "reformatted", "78100", "Saint-Germain-en-Laye"),
    ("12 rue Haute", "78100", "ST GERMIN EN LAYE", "V2", "city_spelling", "78100", "Saint-Germain-en-Laye"),
    ("12 rue Haute", "13008", "MARSEILE", "V2", "city_spelling", "13008", "Marseille"),
    ("12 rue Haute", "87100", "Saint-Germain-en-Laye", "V2", "postcode_digits", "78100", "Saint-Germain-en-Laye"),
    ("12 rue Haute", "69003", "LYON 03", "V1", "reformatted", "69003", "Lyon"),
    ("12 rue Haute", "94200", "IVRY S/SEINE", "V1", "reformatted", "94200", "Ivry-sur-Seine"),
    ("12 rue Haute", "76600", "HAVRE (LE)", "V1", "reformatted", "76600", "Le Havre"),
    ("12 rue Haute", "", "Mios", "V2", "postcode_from_city", "33380", "Mios"),
    ("12 rue Haute", "", "PARIS 8EME", "V2", "postcode_from_city", "75008", "Paris"),
    ("12 rue Haute", "77360", "", "V2", "city_from_postcode", "77360", "Vaires-sur-Marne"),
    ("12 rue Haute", "75000", "Paris", "V3", "postcode_general", "75000", "Paris"),
    ("12 rue Haute", "59000", "Roubaix", "V3", "postcode_doubtful", "59100", "Roubaix"),
    ("12 rue Haute", "33970", "Cap Ferret", "V3", "city_doubtful", "33970", "Lège-Cap-Ferret"),
    ("12 rue Haute", "75002", "Lille", "R6", "postcode_city_contradiction", "75002", "Lille"),
    ("12 rue Haute", "", "Lyon", "R7", "no_postcode", None, "Lyon"),
    ("12 rue Haute", "", "Saint-Denis", "R7", "no_postcode", None, "Saint-Denis"),
    ("12 rue Haute", "24230", "", "R7", "no_city", "24230", None),
    ("", "59000", "Lille", "R7", "no_street", "59000", "Lille"),
    ("", "13540", "Puyricard", "R7", "no_street", "13540", "Aix-en-Provence"),
    ("12 rue Haute", "13540", "Puyricard", "V1", "city_renamed", "13540", "Aix-en-Provence"),
    ("12 rue Haute", "75800", "PARIS CEDEX 08", "V0", "ok", "75800", "Paris"),
    ("12 rue Haute", "00123", "ARMEES", "R8", "military", "00123", "Armees"),
    ("12 rue Haute", "98000", "Monaco", "V0", "ok", "98000", "Monaco"),
    ("12 rue Haute", "97133", "St Barthélemy", "V1", "reformatted", "97133", "Saint-Barthélemy"),
    ("néant", "00000", "inconnu", None, "placeholder", None, None),
]


@pytest.mark.parametrize(("street", "postcode", "town", "status", "reason", "code", "city"), TOWNS)
def test_postcode_and_town_are_made_to_agree_or_refused(
    street: str, postcode: str, town: str, status: str | None, reason: str, code: str | None, city: str | None
) -> None:
    found = clean_address(RawAddress(street=street, postcode=postcode, city=town))
    assert (found.address_status, found.address_reason, found.postcode, found.city) == (status, reason, code, city)


# free text → number, extension, street, town
FREE = [
    ("12 r de la Paix 75002 PARIS", "12", None, "RUE DE LA PAIX", "Paris"),
    (
        "12bis r. du Gal Leclerc - 92100 Boulogne-Billancourt",
        "12",
        "BIS",
        "RUE DU GENERAL LECLERC",
        "Boulogne-Billancourt",
    ),
    ("8 B rue de Paris, 59000 Lille, France", "8", "B", "RUE DE PARIS", "Lille"),
    ("n° 4 pl. du 8 mai 1945, 35000 Rennes", "4", None, "PLACE DU 8 MAI 1945", "Rennes"),
    ("rue des Lilas, 12, 44000 Nantes", "12", None, "RUE DES LILAS", "Nantes"),
    ("Rés. Bellevue Bât C, 3 all. des Pins, 06000 Nice", "3", None, "ALLEE DES PINS", "Nice"),
    ("3 ch. de la Croix St Jean 13100 Aix en Provence", "3", None, "CHEMIN DE LA CROIX SAINT JEAN", "Aix-en-Provence"),
    ("28 rue de la République Lyon", "28", None, "RUE DE LA REPUBLIQUE", "Lyon"),
    ("13 rue de Maule 78580", "13", None, "RUE DE MAULE", None),
    ("8 rue Paul Bert", "8", None, "RUE PAUL BERT", None),
    ("ZI Les Chanoux 93330 Neuilly-sur-Marne", None, None, "ZONE INDUSTRIELLE LES CHANOUX", "Neuilly-sur-Marne"),
    ("15 La Canebière 13001 Marseille", "15", None, "LA CANEBIERE", "Marseille"),
    ("1 sq. Ste Croix 44000 NANTES", "1", None, "SQUARE SAINTE CROIX", "Nantes"),
    ("F-67000 STRASBOURG, 2 quai St Nicolas", "2", None, "QUAI SAINT NICOLAS", "Strasbourg"),
    ("5 rue du Dr Roux 75 015 Paris", "5", None, "RUE DU DOCTEUR ROUX", "Paris"),
    ("12 RUE NEUVE\n31000 TOULOUSE", "12", None, "RUE NEUVE", "Toulouse"),
]


@pytest.mark.parametrize(("written", "number", "extension", "street", "city"), FREE)
def test_a_free_address_is_taken_apart(
    written: str, number: str | None, extension: str | None, street: str, city: str | None
) -> None:
    found = clean_address(RawAddress(address=written))
    assert (found.street_number, found.street_extension, found.street, found.city) == (number, extension, street, city)


def test_a_town_repeated_in_the_free_address_and_its_columns_is_taken_once() -> None:
    found = clean_address(RawAddress(address="12 rue Haute, 59000 LILLE", postcode="59000", city="Lille"))
    assert _lines(found) == (None, None, "12 RUE HAUTE", None, "59000 LILLE")


def test_the_street_is_found_in_the_complement_when_its_column_holds_the_residence() -> None:
    found = clean_address(
        RawAddress(street="Rés. Les Tilleuls", complement="12 rue Haute", postcode="59000", city="Lille")
    )
    assert _lines(found) == (None, "RESIDENCE LES TILLEULS", "12 RUE HAUTE", None, "59000 LILLE")


def test_a_foreign_address_without_rules_is_kept_as_given_with_its_country_last() -> None:
    found = clean_address(RawAddress(street="Calle Mayor 5", postcode="28013", city="Madrid", country="Espagne"))
    assert (found.country, found.address_status, found.address_grade) == ("ES", "R8", "D")
    assert _lines(found) == (None, None, "CALLE MAYOR 5", "28013 MADRID", "ESPAGNE")


def test_a_country_with_a_folder_of_rules_is_written_after_them() -> None:
    found = clean_address(RawAddress(street="16 rue de la Loi", postcode="1000", city="Bruxelles", country="Belgique"))
    assert (found.country, found.address_status, found.address_reason) == ("BE", "V1", "foreign_formatted")
    assert (found.street_number, found.street, found.postcode, found.city) == (
        "16",
        "RUE DE LA LOI",
        "1000",
        "Bruxelles",
    )
    assert _lines(found) == (None, None, "RUE DE LA LOI 16", "1000 BRUXELLES", "BELGIQUE")


def test_the_country_of_the_base_is_that_of_an_address_found_nowhere_in_france() -> None:
    abroad = clean_address(RawAddress(street="Rue Haute 12", postcode="6700", city="Arlon"), "BE")
    at_home = clean_address(RawAddress(street="12 rue Haute", postcode="59000", city="Lille"), "BE")
    assert (abroad.country, abroad.address_line_5) == ("BE", "6700 ARLON")
    assert (at_home.country, at_home.address_line_6) == ("FR", "59000 LILLE")


def test_a_country_is_added_by_a_folder_of_the_base(tmp_path: Path) -> None:
    (tmp_path / "se").mkdir()
    (tmp_path / "se" / "rules.toml").write_text(
        "last_line = 'SUEDE'\npostcode = '\\d{5}'\nnumber = 'after'\n[types]\nGATAN = ['GTN']\n", encoding="utf-8"
    )
    written = RawAddress(street="Stora Gtn 3", postcode="11120", city="Stockholm", country="Sverige")
    assert clean_address(written).address_status == "R8"
    use_dictionaries(tmp_path)
    try:
        found = clean_address(written)
    finally:
        use_dictionaries(None)
    assert (found.address_status, found.address_line_4, found.address_line_6) == ("V1", "STORA GATAN 3", "SUEDE")


def test_an_overseas_country_name_is_france() -> None:
    found = clean_address(RawAddress(street="3 rue Haute", postcode="97410", city="Saint-Pierre", country="La Réunion"))
    assert (found.country, found.address_status) == ("FR", "V0")


def test_the_extension_is_cut_to_its_letter_only_when_the_word_does_not_fit() -> None:
    assert line_4("12", "BIS", "RUE HAUTE") == "12 BIS RUE HAUTE"
    assert line_4("1234", "BIS", "AVENUE DES ANCIENS COMBATTANTS") == "1234 B AVENUE DES ANCIENS COMBATTANTS"


def test_a_label_that_even_the_ladder_cannot_shorten_is_refused_not_cut() -> None:
    assert shorten("A" * 20 + " " + "B" * 20) is None
    assert shorten(fold("rue Anticonstitutionnellement-Hexakosioihexekontahexaphobie")) is None


def test_a_locality_kept_on_line_5_is_no_street_the_second_time_either() -> None:
    once = clean_address(RawAddress(postcode="13540", city="Puyricard"))
    again = clean_address(RawAddress(place=once.place or "", postcode="13540", city=once.city or ""))
    assert (once.address_line_5, once.address_status) == ("PUYRICARD", "R7")
    assert (again.address_line_4, again.address_line_5, again.address_status) == (None, "PUYRICARD", "R7")


STREETS = """code_insee;nom_voie;numero
59350;Rue Nationale;12
59350;Rue Nationale;344
59350;Rue du Général de Wett;8
59350;Rue Brûle-Maison;6
59350;Avenue du Peuple Belge;40
59350;Rue des Arts;3
59350;Rue des Ares;3
"""

# street → status, reason, street
CHECKED = [
    ("12 rue Nationale", "V0", "ok", "RUE NATIONALE"),
    ("12 rue Nationnale", "V2", "street_spelling", "RUE NATIONALE"),
    ("400 rue Nationale", "R5", "number_unknown", "RUE NATIONALE"),
    ("12 rue des Champs", "R4", "street_unknown", "RUE DES CHAMPS"),
    ("3 rue des Acts", "R4", "street_unknown", "RUE DES ACTS"),
    ("4 rue du Peuple Belge", "V3", "street_doubtful", "AVENUE DU PEUPLE BELGE"),
    ("4 rue du Gal de Wett", "V1", "reformatted", "RUE DU GENERAL DE WETT"),
    ("123456 rue Nationale", "R5", "number_impossible", "RUE NATIONALE"),
]


@pytest.mark.parametrize(("street", "status", "reason", "name"), CHECKED)
def test_a_street_is_held_against_those_the_base_gives_its_commune(
    tmp_path: Path, street: str, status: str, reason: str, name: str
) -> None:
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "streets.csv").write_text(STREETS, encoding="utf-8")
    use_dictionaries(tmp_path)
    try:
        found = clean_address(RawAddress(street=street, postcode="59000", city="Lille"))
        elsewhere = clean_address(RawAddress(street="12 rue des Champs", postcode="59100", city="Roubaix"))
    finally:
        use_dictionaries(None)
    assert (found.address_status, found.address_reason, found.street) == (status, reason, name)
    assert (elsewhere.address_status, elsewhere.address_reason) == ("V0", "ok")


def test_a_file_of_streets_without_its_columns_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "streets.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    use_dictionaries(tmp_path)
    try:
        with pytest.raises(ConfigError, match=r"streets\.csv"):
            clean_address(RawAddress(street="12 rue Haute", postcode="59000", city="Lille"))
    finally:
        use_dictionaries(None)
