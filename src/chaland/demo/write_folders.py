"""`projets/` and `pose/`: one folder per shop, a CSV each; UTF-16 in two shops, other column names in four."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from chaland.demo.cast import before, cast_records
from chaland.demo.files import Lines, query, write_text
from chaland.demo.history import History, stream
from chaland.demo.jobs import KINDS, Jobs
from chaland.demo.presence import INSTALLS, PROJECTS
from chaland.demo.registers import Register
from chaland.demo.service import drawn, words
from chaland.demo.written import Scribe
from chaland.engine import Engine

UTF16_SHOPS = ("006", "018")
OTHER_NAMES_SHOPS = ("003", "009", "014", "021")
HEADERS = {
    PROJECTS: (
        "numero_projet;date_ouverture;type_projet;statut;montant_devis;date_fin_travaux;civilite;nom;prenom;adresse;"
        "code_postal;ville;telephone;courriel;observations\n",
        "No dossier;Ouvert le;Nature;Etat;Devis TTC;Fin de travaux;Titre;Nom du client;Prénom du client;Rue;CP;"
        "Commune;Tél.;Mél;Remarques\n",
    ),
    INSTALLS: (
        "numero_pose;date_demande;nature;etat;montant;date_fin;client;adresse_chantier;telephone;courriel;commentaire\n",
        "REF;DT_DEMANDE;CD_NATURE;CD_ETAT;MT_TTC;DT_FIN;NOM_CLIENT;ADR_COMPLETE;TEL1;EMAIL;COMMENT\n",
    ),
}
FOLDERS = {PROJECTS: ("projets", "projets.csv"), INSTALLS: ("pose", "poses.csv")}
STATUSES = {
    PROJECTS: ("refusé", "devis", "signé", "terminé"),
    INSTALLS: ("annulée", "demandée", "planifiée", "terminée"),
}


def folder_name(shop_key: str, shop_name: str) -> str:
    """Return the folder of a shop.

    >>> folder_name("018", "Brindille Grenoble Échirolles")
    '018_grenoble_echirolles'
    """
    plain = unicodedata.normalize("NFKD", shop_name.removeprefix("Brindille ")).encode("ascii", "ignore").decode()
    return shop_key + "_" + "_".join(plain.lower().replace("-", " ").replace("'", " ").split())


def _job_columns(system: str, jobs: Jobs, history: History, seed: int) -> pa.Table:
    """Return kind, status, quote, end of works and comment of each record, the cast's last."""
    rng = stream(seed, f"folders {system}")
    count = len(jobs.person)
    is_done = jobs.is_signed & (jobs.works_day < history.days)
    asked = jobs.opened_day > history.days - 60
    status = np.select([is_done, jobs.is_signed, asked], [3, 2, 1], 0)
    comments = drawn(pa.array(words("projects", "comments" if system == PROJECTS else "installs")), rng, count,
                     rng.random(count) < 0.4)  # fmt: skip
    cast = [row.facts for row in cast_records(system)]
    done = np.concatenate(
        [np.where(is_done, jobs.works_day, -1), [before(history.days, row["works"]) for row in cast]]
    ).astype(np.int64)
    statuses = pa.array(STATUSES[system])
    return pa.table(
        {
            "kind": pa.concat_arrays([pa.array(KINDS).take(pa.array(jobs.kind)), pa.array([r["kind"] for r in cast])]),
            "status": pa.concat_arrays([statuses.take(pa.array(status)), pa.array([r["status"] for r in cast])]),
            "cents": np.concatenate([jobs.cents, [row["euros"] * 100 for row in cast]]).astype(np.int64),
            "done": pa.array(history.dates(np.maximum(done, 0)), mask=done < 0),
            "comment": pa.concat_arrays([comments, pa.array([row["comment"] for row in cast])]),
        }
    )


def write_folders(
    engine: Engine, folder: Path, register: Register, jobs: Jobs, scribe: Scribe, history: History, seed: int
) -> int:
    """Write a file in each shop's folder; return the rows."""
    system = register.system
    known = pa.concat_tables(list(register.rows(engine, scribe)))
    more = _job_columns(system, jobs, history, seed)
    rows = pa.table({name: table.column(name) for table in (known, more) for name in table.column_names})
    area, name = FOLDERS[system]
    for rank, shop in enumerate(scribe.places.shops.to_pylist()):
        code = str(shop["shop_key"])
        of_shop = rows.filter(pc.equal(rows.column("shop"), rank))
        lines = Lines(query(engine, f"{system}.sql", of_shop).column("line"))
        header = HEADERS[system][1 if code in OTHER_NAMES_SHOPS else 0]
        encoding = "utf-16" if code in UTF16_SHOPS else "utf-8"
        write_text(folder / area / folder_name(code, str(shop["shop_name"])) / name, header, [lines], encoding)
    return int(rows.num_rows)
