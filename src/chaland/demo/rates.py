"""How dirty the demonstration is: one rate per kind of mess, each documented in docs/rooms/demo.md.

A rate is the share of the records (or persons, or households: its help says which) that the mess befalls.
The draws do not depend on the rates: the same seed with other rates gives the same persons, cleaner or dirtier.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field


def _rate(default: float, help_text: str) -> float:
    made: float = field(default=default, metadata={"help": help_text})
    return made


@dataclass(frozen=True)
class MessRates:
    """Shares between 0 and 1.

    >>> MessRates().scaled(0).typing_error
    0.0
    """

    typing_error: float = _rate(0.025, "enregistrements : une faute de frappe, pour chacun de nom, prénom, voie")
    lost_accents: float = _rate(0.40, "enregistrements : accents perdus")
    swapped_names: float = _rate(0.012, "enregistrements : nom et prénom intervertis")
    initial_only: float = _rate(0.04, "enregistrements : prénom réduit à son initiale")
    nickname: float = _rate(0.25, "enregistrements des prénoms qui ont un diminutif : diminutif")
    broken_compound: float = _rate(0.50, "enregistrements des prénoms composés : sans trait d'union, ou en initiales")
    couple_in_one_field: float = _rate(0.02, "enregistrements à nom en un seul champ : « M. et Mme »")
    married_name: float = _rate(0.05, "épouses qui prennent le nom du mari : mariées pendant l'historique")
    birth_name_used: float = _rate(0.06, "enregistrements d'épouses sous leur nom de naissance")
    mover: float = _rate(0.09, "foyers qui déménagent pendant l'historique")
    stale_address: float = _rate(0.25, "enregistrements postérieurs au déménagement restés à l'ancienne adresse")
    shared_phone: float = _rate(0.12, "enregistrements portant le téléphone d'un autre du foyer")
    shared_email: float = _rate(0.05, "enregistrements portant l'adresse électronique d'un autre du foyer")
    second_email: float = _rate(0.07, "enregistrements portant une seconde adresse électronique de la personne")
    father_son_initial: float = _rate(0.30, "pères et fils d'un même foyer ayant la même initiale")
    twins: float = _rate(0.20, "fratries adultes d'un même foyer qui sont jumelles")
    abbreviated_street: float = _rate(0.35, "enregistrements : type de voie ou titre abrégé")
    cedex: float = _rate(0.006, "enregistrements : adresse à boîte postale et CEDEX")
    email_domain_error: float = _rate(0.015, "enregistrements à adresse électronique : faute dans le domaine")
    placeholder_name: float = _rate(0.003, "enregistrements : nom de remplissage (INCONNU, CLIENT …)")
    placeholder_phone: float = _rate(0.015, "enregistrements à téléphone : numéro de remplissage")
    placeholder_email: float = _rate(0.008, "enregistrements à adresse électronique : adresse de remplissage")
    placeholder_birth_date: float = _rate(0.02, "enregistrements à date de naissance : 01/01/1900 ou 01/01/1970")
    duplicate: float = _rate(0.05, "personnes d'un système qui y sont enregistrées deux fois")

    def __post_init__(self) -> None:
        for rate in dataclasses.fields(self):
            value = getattr(self, rate.name)
            if not 0 <= value <= 1:
                raise ValueError(f"{rate.name} must be between 0 and 1 (got {value})")

    def scaled(self, factor: float) -> MessRates:
        """Return every rate multiplied by the factor, 1 at most."""
        return MessRates(
            **{rate.name: min(1.0, getattr(self, rate.name) * factor) for rate in dataclasses.fields(self)}
        )
