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

LAST_SHARED = "identity.cluster"
"""The last of our steps that Splink does too."""
ERROR_NAMES = {
    "right": "justes",
    "missed by blocking": "perdues par les règles",
    "missed by score": "perdues par les poids",
    "missed by clustering": "perdues par les groupes",
    "wrong by score": "fausses par les poids",
    "wrong by clustering": "fausses par les groupes",
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
        "Le processeur est compté de la lecture des fiches aux groupes, ce que font les deux ; « tout » y ajoute "
        "pour chaland les foyers, le registre des numéros, les paires gardées, la fiche de référence et les questions, "
        "comme l’horloge et la mémoire.",
        "",
        "| fiches | variante | moteur | P | R | F1 | processeur | avec nettoyage | tout | horloge | Go |",
        "|--:|---|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for run in runs:
        start = f"| {_count(run['records'])} | {VARIANT_NAMES[run['variant']]} |"
        if "chaland" in run:
            told = run["chaland"]
            lines.append(f"{start} **chaland** | {quality(told['own'])} | {_costs(told, run['cleaning'])} |")
            lines.append(f"{start} chaland, foyers | {quality(told['household'])} | | | | | |")
        if "splink" in run:
            told = run["splink"]
            best = f"Splink, meilleur seuil ({told['best']['threshold']:g})".replace(".", ",")
            lines.append(f"{start} {best} | {quality(told['best'])} | {_costs(told, run['cleaning'])} |")
            lines.append(f"{start} Splink à 0,95 | {quality(told['at_0.95'])} | | | | | |")
            lines.append(f"{start} Splink à 0,5 | {quality(told['at_0.5'])} | | | | | |")
    return [*lines, "", *_ratios(runs), *_steps(runs), *_errors(runs)]


def _costs(told: dict[str, Any], cleaning: dict[str, Any]) -> str:
    ours = _to_groups(told)
    whole = f"{_figure(ours + cleaning['cpu_s'], 1)} s" if cleaning else ""
    seconds = [f"{_figure(value, 1)} s" for value in (ours, told["cpu_s"], told["clock_s"])]
    return " | ".join([seconds[0], whole, *seconds[1:], _figure(told["peak_gb"], 2)])


def _shared(told: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the steps from reading the records to their groups: all that Splink does."""
    steps = told.get("profile") or [{"step": LAST_SHARED, **told}]
    last = next(place for place, step in enumerate(steps) if step["step"] == LAST_SHARED)
    return list(steps[: last + 1])


def _to_groups(told: dict[str, Any], measure: str = "cpu_s") -> float:
    """Return the seconds that the steps both engines do took."""
    return float(sum(step[measure] for step in _shared(told)))


def _ratios(runs: list[dict[str, Any]]) -> list[str]:
    """Return a line per run: clock and memory to the groups; our seconds over Splink's, without and with cleaning."""
    lines = []
    for run in runs:
        if "chaland" not in run:
            continue
        ours, cleaning = _to_groups(run["chaland"]), run["cleaning"].get("cpu_s", 0.0)
        said = (
            f"- {_count(run['records'])} fiches, {VARIANT_NAMES[run['variant']]} : groupes en "
            f"{_figure(_to_groups(run['chaland'], 'clock_s'), 1)} s d’horloge, "
            f"{_figure(_shared(run['chaland'])[-1]['peak_gb'], 2)} Go au plus"
        )
        if "splink" in run:
            theirs = _to_groups(run["splink"])
            said += (
                f" ; {_figure(ours / theirs, 2)} fois le processeur de Splink, "
                f"{_figure((ours + cleaning) / (theirs + cleaning), 2)} fois nettoyage compris"
            )
        lines.append(f"{said} ; nettoyage {_figure(cleaning, 1)} s de processeur." if cleaning else f"{said}.")
    return [*lines, ""] if lines else []


def _steps(runs: list[dict[str, Any]]) -> list[str]:
    """Return the processor seconds of each step of ours, one line a run of the whole file."""
    told = [(run["records"], run["chaland"]["profile"]) for run in runs if _is_whole(run)]
    if not told:
        return []
    names = [step["step"] for step in told[-1][1]]
    lines = [
        "Secondes de processeur de chaland, étape par étape :",
        "",
        "| fiches | " + " | ".join(f"`{name.removeprefix('identity.')}`" for name in names) + " |",
        "|--:|" + "--:|" * len(names),
    ]
    for records, profile in told:
        seconds = {step["step"]: step["cpu_s"] for step in profile}
        lines.append(
            f"| {_count(records)} | " + " | ".join(_figure(seconds.get(name, 0.0), 1) for name in names) + " |"
        )
    return [*lines, ""]


def _errors(runs: list[dict[str, Any]]) -> list[str]:
    """Return which step lost the true pairs, one line a run of the whole file."""
    told = [(run["records"], run["chaland"]) for run in runs if _is_whole(run) and "errors" in run["chaland"]]
    if not told:
        return []
    names = list(told[-1][1]["errors"])
    lines = [
        "Vraies paires amenées par une règle (dans un bloc qu’elle garde), et ce que deviennent les paires :",
        "",
        "| fiches | paires comparées | amenées | " + " | ".join(ERROR_NAMES[name] for name in names) + " |",
        "|--:|--:|--:|" + "--:|" * len(names),
    ]
    for records, ours in told:
        counts = " | ".join(_count(ours["errors"][name]) for name in names)
        brought = _figure(100 * ours["blocking_recall"], 1)
        lines.append(f"| {_count(records)} | {_count(ours['candidate_pairs'])} | {brought} % | {counts} |")
    return [*lines, ""]


def _is_whole(run: dict[str, Any]) -> bool:
    return run["variant"] == "whole" and "chaland" in run


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
