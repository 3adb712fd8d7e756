"""A score from any table of past outcomes: who said yes, what was known of him, and what must not be used.

One row per customer asked, texts as in a file; one column tells the outcome. Columns of numbers are taken by their
logarithm, columns of words by word. A column that alone tells the outcome better than all the others together is
refused: it was written once the answer was known. The model is learnt on every other row and judged on the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from chaland.errors import ChalandError, ConfigError
from chaland.insight.arrays import Floats
from chaland.insight.logistic import Tenths, auc, fit_logistic, leaking_variables, signed_reasons, tenths
from chaland.language import say

NUMBERS = 0.95
"""Share of the values that are numbers from which a column counts as one of numbers."""
MOST_WORDS = 30
"""Words of a column told apart, the commonest first."""
REASONS = 5
LEAST_OUTCOMES = 50
_NUMBER = r"^[-+]?[0-9]*[.,]?[0-9]+$"


@dataclass(frozen=True)
class Propensity:
    """A score.

    Attributes:
        rows: rows learnt from and scored.
        auc: on the rows that the model judged had not seen.
        tenths: of those rows: what was foreseen beside what was said, lift and gain.
        weights: variable → log-odds added by one standard deviation more; a word's is "column=word".
        score: probability of each row, in order; reasons: the five that move it most, with their sign.
        left_out: columns that cannot serve (numbers of customers, free text, a single value).
    """

    rows: int
    auc: float
    tenths: Tenths
    weights: Mapping[str, float]
    score: Floats = field(repr=False)
    reasons: Sequence[Sequence[str]] = field(repr=False)
    left_out: tuple[str, ...] = ()


def score_table(
    rows: pa.Table,
    target: str,
    *,
    positive: str | None = None,
    ignore: Sequence[str] = (),
    known_before: Sequence[str] = (),
) -> Propensity:
    """Return the score learnt from a table of texts.

    Args:
        target: column of the outcome.
        positive: its value that means yes; the rarer of two when None.
        ignore: columns that must not serve.
        known_before: columns the user vouches for: known before the outcome.

    Raises:
        ConfigError: the outcome has not two values, or not enough of each.
        ChalandError: a column knows the outcome already; the message names it.
    """
    outcome = _outcome(rows[target], target, positive)
    variables: dict[str, Floats] = {}
    names: dict[str, list[str]] = {}
    left_out = []
    for column in rows.column_names:
        if column == target or column in ignore:
            continue
        made = _variable(rows[column], column)
        if made is None:
            left_out.append(column)
        else:
            names[column], variables[column] = made
    if not variables:
        raise ConfigError.of([say("No column is left to foresee {target} with.", target=target)])
    leaks = leaking_variables(variables, outcome, known_before=known_before)
    if leaks:
        faults = [
            say(
                "{column} tells {target} better alone (AUC {alone}) than all other columns together ({others}): "
                "it was probably written once the outcome was known.",
                column=name,
                target=target,
                alone=f"{alone:.2f}",
                others=f"{others:.2f}",
            )
            for name, (alone, others) in leaks.items()
        ]
        raise ChalandError(
            "\n".join(faults),
            next_step=say(
                "Leave it out: --ignore {column}; or, if it is known before: --known-before {column}.",
                column=next(iter(leaks)),
            ),
        )
    labels = [label for column in variables for label in names[column]]
    columns = np.column_stack(list(variables.values()))
    learn = np.arange(len(outcome)) % 2 == 0
    judged = fit_logistic(labels, columns[learn], outcome[learn])
    unseen = judged.probability(columns[~learn])
    model = fit_logistic(labels, columns, outcome)
    return Propensity(
        rows=len(outcome),
        auc=auc(unseen, outcome[~learn]),
        tenths=tenths(unseen, outcome[~learn]),
        weights=dict(zip(labels, map(float, model.weights), strict=True)),
        score=model.probability(columns),
        reasons=signed_reasons(model, columns, REASONS).to_pylist(),
        left_out=tuple(left_out),
    )


def _outcome(values: pa.ChunkedArray, target: str, positive: str | None) -> Floats:
    counts = {entry["values"]: entry["counts"] for entry in pc.value_counts(values).to_pylist()}
    known = sorted((value for value in counts if value is not None), key=lambda value: (counts[value], value))
    if positive is None and len(known) != 2:
        raise ConfigError.of(
            [say("{column} has {count} values; an outcome has two.", column=target, count=len(known))],
            next_step=say("Say which one means yes: --positive VALUE."),
        )
    yes = counts.get(known[0] if positive is None else positive, 0)
    if min(yes, len(values) - yes) < LEAST_OUTCOMES:
        raise ConfigError.of(
            [
                say(
                    "{column}: {yes} rows say yes, {no} do not; a score needs {least} of each.",
                    column=target,
                    yes=yes,
                    no=len(values) - yes,
                    least=LEAST_OUTCOMES,
                )
            ]
        )
    meant = known[0] if positive is None else positive
    return np.asarray(pc.fill_null(pc.equal(values, meant), False).to_numpy(zero_copy_only=False), dtype=np.float64)


def _variable(values: pa.ChunkedArray, column: str) -> tuple[list[str], Floats] | None:
    """Return the columns a column makes and their names, or None when it cannot serve."""
    texts = pc.utf8_trim_whitespace(pc.fill_null(values, ""))
    filled = pc.not_equal(texts, "")
    count = int(pc.sum(filled).as_py() or 0)
    if not count:
        return None
    is_number = pc.match_substring_regex(texts, _NUMBER)
    distinct = int(pc.count_distinct(texts).as_py())
    if distinct < 2:
        return None
    if int(pc.sum(is_number).as_py()) >= NUMBERS * count:
        plain = pc.if_else(is_number, pc.replace_substring(texts, ",", "."), None)
        numbers = np.asarray(pc.cast(plain, pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
        missing = np.isnan(numbers)
        if distinct >= 0.95 * len(texts) and bool((numbers[~missing] % 1 == 0).all()):
            return None  # numbers the rows
        made = np.sign(numbers) * np.log1p(np.abs(numbers))
        made[missing] = made[~missing].mean()
        if missing.any():
            return [column, f"{column}="], np.column_stack([made, missing.astype(np.float64)])
        return [column], made[:, None]
    counts = sorted(pc.value_counts(texts).to_pylist(), key=lambda entry: (-entry["counts"], entry["values"]))
    words = [entry["values"] for entry in counts[:MOST_WORDS]]
    if sum(entry["counts"] for entry in counts[:MOST_WORDS]) < 0.5 * len(texts):
        return None  # nearly each row has its own: a name, a free text
    held = [np.asarray(pc.equal(texts, word).to_numpy(zero_copy_only=False), dtype=np.float64) for word in words[1:]]
    return [f"{column}={word}" for word in words[1:]], np.column_stack(held)
