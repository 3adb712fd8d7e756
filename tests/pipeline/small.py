"""A small retailer in four files, for tests of the whole chain: card holders, web customers, tills, a suppression list.

A third of the web customers are card holders under another writing; one till line has an amount nobody can read.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

FIRST_NAMES = (
    "Camille", "Lucas", "Louis", "Dominique", "Paul", "Julie", "Hugo", "Anna", "Yves", "Léa", "Inès", "Noé", "Rose",
    "Jules", "Alice", "Adam", "Zoé", "Victor", "Agathe", "Simon", "Odile", "Marcel", "Thérèse", "Bruno",
)  # fmt: skip
LAST_NAMES = (
    "Chalain", "Martin", "Leroy", "Bernard", "Petit", "Moreau", "Garcia", "Roux", "Fontaine", "Lambert", "Dupuis",
    "Carpentier", "Le Goff", "de La Tour", "Nguyen", "Benali", "Meyer", "Gauthier", "Perrin", "Masson",
)  # fmt: skip
TOWNS = (("59000", "Lille"), ("69006", "Lyon"), ("44000", "Nantes"), ("35000", "Rennes"), ("33000", "Bordeaux"))
STREETS = ("rue des Lilas", "avenue Foch", "place Royale", "boulevard de la Liberté", "chemin du Moulin", "rue Pasteur")
PRODUCTS = (
    ("101", "Jardin", 24.90),
    ("102", "Jardin", 7.99),
    ("201", "Salle de bains", 89.99),
    ("301", "Outils", 12.5),
)

SETTINGS = """
[base]
name = "Petite Brindille"
sources_root = "{root}"

[run]
memory_limit = "1GB"
threads = 2
keep_snapshots = 2

[sources.card]
kind = "people"
files = ["card/*.csv"]
is_card = true
[sources.card.columns]
person_key = "numero"
civility = "civilite"
last_name = "nom"
first_name = "prenom"
birth_date = "naissance"
street = "adresse"
postcode = "cp"
city = "ville"
mobile = "portable"
email = "courriel"
card_number = "numero"
recorded_at = "maj"
consent_email = "accord_courriel"

[sources.web]
kind = "people"
files = ["web/*.csv"]
[sources.web.columns]
person_key = "id"
full_name = "nom_complet"
mobile = "tel"
email = "email"
postcode = "cp"
city = "ville"
recorded_at = "cree"

[sources.tills]
kind = "tickets"
files = ["tills/*.csv"]
person_system = "card"
decimal = ","
constants = {{ channel = "shop" }}
[sources.tills.columns]
ticket_key = "ticket"
line_number = "ligne"
sold_at = "heure"
shop_key = "magasin"
person_key = "carte"
product_key = "article"
department = "rayon"
quantity = "quantite"
amount = "montant"

[sources.suppression]
kind = "flags"
files = ["suppression.csv"]
constants = {{ flag = "suppression", flag_channel = "email" }}
[sources.suppression.columns]
email = "courriel"
"""


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened, delimiter=";")
        writer.writerow(header)
        writer.writerows(rows)


def write_sources(sources: Path, *, persons: int = 200, seed: int = 1) -> None:
    """Write the files of the small retailer under `sources`."""
    random = Random(seed)
    cards, webs = [], []
    for number in range(persons):
        first, last = random.choice(FIRST_NAMES), random.choice(LAST_NAMES)
        postcode, city = random.choice(TOWNS)
        street = f"{random.randint(1, 90)} {random.choice(STREETS)}"
        mobile = f"06{random.randint(10_000_000, 99_999_999)}"
        email = f"{first}.{last}{number}@orange.fr".lower().replace(" ", "").replace("é", "e").replace("è", "e")
        birth = f"{random.randint(1, 28):02d}/{random.randint(1, 12):02d}/{random.randint(1940, 2004)}"
        if number % 3:
            agreed = random.choice(["oui", "non", ""])
            cards.append(
                (
                    1000 + number,
                    "Mme",
                    last.upper(),
                    first,
                    birth,
                    street,
                    postcode,
                    city,
                    mobile,
                    email,
                    "2025-06-01",
                    agreed,
                )
            )
        if number % 3 != 1:
            webs.append((number, f"{first} {last}", mobile, email, postcode, city, "2026-02-01"))
    _write(
        sources / "card" / "card.csv",
        (
            "numero",
            "civilite",
            "nom",
            "prenom",
            "naissance",
            "adresse",
            "cp",
            "ville",
            "portable",
            "courriel",
            "maj",
            "accord_courriel",
        ),
        cards,
    )
    _write(sources / "web" / "web.csv", ("id", "nom_complet", "tel", "email", "cp", "ville", "cree"), webs)
    for day in range(1, 6):
        write_till_day(sources, day, [card[0] for card in cards], random)
    _write(sources / "suppression.csv", ("courriel",), [(card[9],) for card in cards[:5]])


def write_till_day(sources: Path, day: int, cards: Sequence[object], random: Random) -> None:
    """Write one day of tills; the first day has a line whose amount cannot be read."""
    rows: list[tuple[object, ...]] = []
    for number in range(60):
        card = random.choice(cards) if random.random() < 0.55 else ""
        shop = random.choice(["LIL", "LYO"])
        for line in range(1, random.randint(2, 4)):
            code, department, price = random.choice(PRODUCTS)
            quantity = random.choice([1, 1, 2, -1])
            amount = f"{quantity * price:.2f}".replace(".", ",")
            rows.append(
                (
                    f"{day:02d}{number:04d}",
                    line,
                    f"2026-10-{day:02d} 10:{number:02d}:00",
                    shop,
                    card,
                    code,
                    department,
                    quantity,
                    amount,
                )
            )
    if day == 1:
        rows.append(("019999", 1, "2026-10-01 12:00:00", "LIL", "", "101", "Jardin", 1, "gratuit"))
    _write(
        sources / "tills" / f"2026-10-{day:02d}.csv",
        ("ticket", "ligne", "heure", "magasin", "carte", "article", "rayon", "quantite", "montant"),
        rows,
    )


def write_base(folder: Path, sources: Path) -> Path:
    """Write chaland.toml of a base in `folder` that reads `sources`; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "chaland.toml").write_text(SETTINGS.format(root=sources), encoding="utf-8")
    return folder
