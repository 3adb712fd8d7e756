"""`externe/` and `referentiel/`: suppression, returned mail, bad payers, communes; shops and catalogue."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from chaland.demo.cast import CAST, cast_records, cast_written
from chaland.demo.catalogue import Catalogue
from chaland.demo.files import PACKAGE, Lines, query, write_text
from chaland.demo.history import Array, History, stream
from chaland.demo.people import People
from chaland.demo.places import Places
from chaland.demo.presence import CARD, Records
from chaland.demo.registers import Register
from chaland.demo.written import LISTS, Scribe
from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.reference import table_path

SUPPRESSED = 0.006
BAD_PAYERS = 0.0025
RETURNED = 0.015
PND_CODES = ("PND1", "PND2", "PND3", "PND4")
PND_SHARES = (0.26, 0.5, 0.09, 0.15)
CHANNELS = ("courrier", "téléphone", "courriel", "tous")


def _named(
    engine: Engine, people: People, scribe: Scribe, history: History, rng: np.random.Generator, share: float, flag: str
) -> tuple[pa.Table, Array]:
    """Return what a list writes of a share of the persons and of the cast members with the fact, and their days."""
    who = np.flatnonzero(rng.random(people.count) < share).astype(np.int32)
    days = rng.integers(0, history.days, len(who)).astype(np.int32)
    records = Records(LISTS, who, days, days, np.zeros(len(who), bool))
    cast = [rank for rank, row in enumerate(cast_records(CARD)) if CAST_FACTS[row.person].get(flag)]
    parts = [*scribe.write(engine, records), cast_written(CARD).take(pa.array(cast))]
    return pa.concat_tables(parts), np.concatenate([days, np.full(len(cast), history.days - 200)])


CAST_FACTS = {member.person_id: member.facts for member in CAST.values()}


def write_lists(
    engine: Engine, folder: Path, people: People, cards: Register, scribe: Scribe, history: History, seed: int
) -> int:
    """Write the three lists of persons; return their rows."""
    rng = stream(seed, "lists")
    named, days = _named(engine, people, scribe, history, rng, SUPPRESSED, "suppressed")
    rows = _dated(named, history, days).append_column(
        "channel", pa.array(CHANNELS).take(pa.array(rng.choice(4, size=len(days), p=(0.45, 0.3, 0.15, 0.1))))
    )
    count = _write(
        engine, folder, "liste_suppression.csv", "suppression.sql", rows,
        "civilite;nom;prenom;adresse;code_postal;ville;telephone;courriel;canal;date_opposition\n",
    )  # fmt: skip
    named, days = _named(engine, people, scribe, history, rng, BAD_PAYERS, "unpaid_euros")
    rows = _dated(named, history, days).append_column(
        "cents", pa.array((4000 + rng.gamma(1.4, 22_000, len(days))).astype(np.int64))
    )
    count += _write(
        engine, folder, "mauvais_payeurs.csv", "bad_payers.sql", rows,
        "nom;prenom;date_naissance;adresse;code_postal;ville;montant_impaye;date_signalement\n",
    )  # fmt: skip
    return count + _write_returned_mail(engine, folder, cards, history, rng)


def _write_returned_mail(
    engine: Engine, folder: Path, cards: Register, history: History, rng: np.random.Generator
) -> int:
    crowd = cards.records.count
    card = np.flatnonzero(rng.random(crowd) < RETURNED)
    code = rng.choice(4, size=len(card), p=PND_SHARES)
    cast = [(crowd + rank, PND_CODES.index(CAST_FACTS[row.person]["returned"]))
            for rank, row in enumerate(cast_records(CARD)) if "returned" in CAST_FACTS[row.person]]  # fmt: skip
    card = np.concatenate([card, [rank for rank, _ in cast]]).astype(np.int64)
    code = np.concatenate([code, [rank for _, rank in cast]]).astype(np.int64)
    days = rng.integers(max(history.days - 300, 0), history.days, len(card))
    rows = pa.table(
        {
            "card": cards.key.take(pa.array(card)),
            "code": pa.array(PND_CODES).take(pa.array(code)),
            "day": pa.array(history.dates(days)),
        }
    )
    header = "numero_carte;code_pnd;date_retour\n"
    return _write(engine, folder, "courrier_retourne.csv", "returned_mail.sql", rows, header)


def _dated(rows: pa.Table, history: History, days: Array) -> pa.Table:
    return rows.append_column("day", pa.array(history.dates(days)))


def _write(engine: Engine, folder: Path, name: str, sql: str, rows: pa.Table, header: str) -> int:
    return write_text(folder / "externe" / name, header, [Lines(query(engine, sql, rows).column("line"))])


def write_reference(engine: Engine, folder: Path, places: Places, catalogue: Catalogue) -> int:
    """Write the communes, the shops and the product catalogue; return their rows."""
    communes = engine.arrow(sql_text(PACKAGE, "communes.sql"), {"communes": str(table_path("communes"))})
    count = write_text(
        folder / "externe" / "communes.csv", "code_insee;commune;population\n", [Lines(communes.column("line"))]
    )
    shops = query(engine, "shops.sql", places.shops)
    count += write_text(
        folder / "referentiel" / "magasins.csv", "code;nom;code_postal;ville;surface_m2;ouverture\n",
        [Lines(shops.column("line"))],
    )  # fmt: skip
    products = query(engine, "products.sql", catalogue.products)
    return count + write_text(
        folder / "referentiel" / "catalogue.csv", "code_article;libelle;famille;rayon;marque;prix_ttc\n",
        [Lines(products.column("line"))],
    )  # fmt: skip
