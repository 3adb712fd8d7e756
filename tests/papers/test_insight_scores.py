"""Published figures of scores: CDNOW's AUC, and the variable of Bank Marketing that knows the outcome."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pytest
from tests.insight.ledger import ledger

from chaland.insight.churn import VARIABLES, features, outcome, rhythms
from chaland.insight.logistic import auc, fit_logistic, leaking_variables
from chaland.tables import base


def test_auc_of_cdnow_is_772(shared_data: Path) -> None:
    """23,570 customers: 39 weeks foretell a purchase in the next 39; five folds, logistic regression on logarithms."""
    with gzip.open(shared_data / "cdnow" / "CDNOW_master.txt.gz", "rt") as opened:
        lines = [line.split() for line in opened][1:]
    engine = ledger((line[0], f"{line[1][:4]}-{line[1][4:6]}-{line[1][6:]}", float(line[3])) for line in lines)
    engine.create(base.TICKET_LINES)
    rows = rhythms(engine, date(1997, 9, 30), date(1998, 6, 30))
    assert len(rows) == 23_570
    columns, bought = features(rows), outcome(rows)
    fold = np.arange(len(rows)) % 5
    score = np.empty(len(rows))
    for held in range(5):
        model = fit_logistic(VARIABLES, columns[fold != held], bought[fold != held])
        score[fold == held] = model.probability(columns[fold == held])
    assert auc(score, bought) == pytest.approx(0.772, abs=0.0006)
    assert abs(score.mean() - bought.mean()) < 1e-3


def test_duration_of_bank_marketing_is_named_as_knowing_the_outcome(shared_data: Path) -> None:
    """Moro, Cortez & Rita 2014: the length of a call is known only once the answer is; no other variable is accused."""
    path = shared_data / "bank_marketing" / "bank_full.parquet"
    rows = duckdb.read_parquet(str(path)).fetchnumpy()
    bought = (rows.pop("deposit") == "yes").astype(float)
    variables = {}
    for name, values in rows.items():
        if values.dtype == object:
            words = np.unique(values)[1:]
            variables[name] = np.column_stack([(values == word).astype(float) for word in words])
        else:
            variables[name] = (np.sign(values) * np.log1p(np.abs(values)))[:, None].astype(float)
    found = leaking_variables(variables, bought)
    assert list(found) == ["duration"]
    alone, others = found["duration"]
    assert (round(alone, 2), round(others, 2)) == (0.80, 0.77)
    assert leaking_variables(variables, bought, known_before=["duration"]) == {}
