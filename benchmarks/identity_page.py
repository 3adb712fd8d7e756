"""The page of benchmarks/identity.py: docs/benchmarks/identity.md, in French."""

from __future__ import annotations

import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

from build import commit, machine

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks" / "identity.md"
VARIANT_NAMES = {
    "whole": "fichier entier",
    "no_birth_dates": "sans dates de naissance",
    "no_emails": "sans adresses électroniques",
    "foreign_names": "noms étrangers",
}


def quality(told: dict[str, float]) -> str:
    return " | ".join(_figure(told[name], 4) for name in ("precision", "recall", "f1"))


def _figure(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".replace(".", ",")


def _count(value: int) -> str:
    return f"{value:,}".replace(",", "\u202f")


def page(runs: list[dict[str, Any]]) -> str:
    """Return the measures as a Markdown page."""
    peers = {run["splink"]["version"] for run in runs if "splink" in run}
    lines = [
        "# `benchmarks/identity.py`",
        "",
        f"Révision {commit()} ; {machine()} ; Python {platform.python_version()}, chaland {version('chaland')}"
        + "".join(f", Splink {peer}" for peer in peers)
        + ". Mêmes fiches nettoyées, même exécution, un processus par moteur. Secondes de processeur "
        "(utilisateur et système). P, R et F1 par paires de fiches, après regroupement.",
        "",
    ]
    lines += _brindille([run for run in runs if "records" in run])
    lines += _labelled([run for run in runs if "records" not in run])
    return "\n".join(lines) + "\n"


def _brindille(runs: list[dict[str, Any]]) -> list[str]:
    if not runs:
        return []
    lines = [
        "## Fichier à la façon de Brindille",
        "",
        "| fiches | variante | moteur | P | R | F1 | processeur, identité | avec nettoyage | horloge | Go |",
        "|--:|---|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for run in runs:
        start = f"| {_count(run['records'])} | {VARIANT_NAMES[run['variant']]} |"
        if "chaland" in run:
            told = run["chaland"]
            lines.append(f"{start} **chaland** | {quality(told['own'])} | {_costs(told, run['cleaning'])} |")
            lines.append(f"{start} chaland, foyers | {quality(told['household'])} | | | | |")
        if "splink" in run:
            told = run["splink"]
            best = f"Splink, meilleur seuil ({told['best']['threshold']:g})".replace(".", ",")
            lines.append(f"{start} {best} | {quality(told['best'])} | {_costs(told, run['cleaning'])} |")
            lines.append(f"{start} Splink à 0,95 | {quality(told['at_0.95'])} | | | | |")
            lines.append(f"{start} Splink à 0,5 | {quality(told['at_0.5'])} | | | | |")
    return [*lines, ""]


def _costs(told: dict[str, Any], cleaning: dict[str, Any]) -> str:
    seconds = (told["cpu_s"], told["cpu_s"] + cleaning["cpu_s"], told["clock_s"])
    return " | ".join([*(f"{_figure(value, 1)} s" for value in seconds), _figure(told["peak_gb"], 2)])


def _labelled(runs: list[dict[str, Any]]) -> list[str]:
    if not runs:
        return []
    lines = [
        "## Fichiers étiquetés",
        "",
        "Une seule configuration de chaland, à son propre seuil ; pour Splink, le meilleur seuil et la meilleure de "
        "deux façons de comparer les adresses électroniques, choisis sur les étiquettes.",
        "",
        "| fichier | chaland P | R | F1 | Splink F1, meilleur seuil | à 0,95 | à 0,5 |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for run in runs:
        ours = quality(run["chaland"]["own"]) if "chaland" in run else " |  | "
        told = run.get("splink")
        theirs = [_figure(told[name]["f1"], 4) if told else "" for name in ("best", "at_0.95", "at_0.5")]
        lines.append(f"| {run['name']} | {ours} | {' | '.join(theirs)} |")
    return [*lines, ""]
