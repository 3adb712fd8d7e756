"""What `chaland dedupe` tells of its own quality: expected without labels, measured with them, and where it errs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from chaland.engine import Engine
from chaland.identity.estimate import Estimate, estimate_quality
from chaland.identity.evaluate import (
    KINDS,
    Evaluation,
    at_thresholds,
    best_threshold,
    by_source,
    codes_of,
    evaluate,
    judge,
)
from chaland.progress import Reporter


def estimated(engine: Engine, reporter: Reporter) -> Estimate:
    """Return the precision and recall the model expects, from identity.pairs and the steps just done."""
    rows = engine.arrow("select match_weight, is_linked from identity.pairs")
    weight, joined = rows["match_weight"].to_numpy(), rows["is_linked"].to_numpy()
    recalls = [step.facts["recall"] for step in reporter.steps if "recall" in step.facts]
    return estimate_quality(weight[joined], weight[~joined], blocking_recall=float(recalls[-1]) if recalls else 1.0)


def evaluated(engine: Engine, labels: Mapping[str, str], out: Path, threshold: float) -> Evaluation:
    """Return the measures against the labels; write evaluation.json: by source, by kind of error, by threshold."""
    rows = engine.arrow("select record_id, customer_id from identity.persons order by record_id")
    ids = rows["record_id"].to_pylist()
    found = codes_of(rows["customer_id"].to_numpy(zero_copy_only=False))
    truth = codes_of(np.array([labels[key] for key in ids], dtype=object))
    place = {key: rank for rank, key in enumerate(ids)}
    pairs = engine.arrow("select record_id_l, record_id_r, match_weight from identity.pairs")
    left, right = (
        np.array([place[key] for key in pairs[f"record_id_{side}"].to_pylist()], dtype=np.int64) for side in "lr"
    )
    weight = pairs["match_weight"].to_numpy()
    measured = evaluate(found, truth)
    judged = judge(
        found, truth, np.minimum(left, right), np.maximum(left, right), weight,
        least=float(np.log2(threshold / (1 - threshold))),
    )  # fmt: skip
    sources = np.array([key.partition(":")[0] for key in ids], dtype=object)
    thresholds = at_thresholds(weight, truth[left] == truth[right], measured.true_pairs)
    told: dict[str, Any] = {
        **{name: _facts(getattr(measured, name)) for name in ("pairwise", "cluster", "b_cubed")},
        "pairs": {_kind(kind): count for kind, count in judged.counts().items()},
        "by_source": [
            {"sources": list(couple), **{_kind(kind): count for kind, count in counts.items()}}
            for couple, counts in by_source(judged, sources).items()
        ],
        "thresholds": [asdict(row) | {"f1": row.quality.f1} for row in thresholds],
        "best_threshold": asdict(best_threshold(thresholds)),
    }
    (out / "evaluation.json").write_text(json.dumps(told, indent=1), encoding="utf-8")
    return measured


def _kind(kind: str) -> str:
    """Return the name of a kind in a file that knows only the pairs near the threshold."""
    return ("missed, never near" if kind == KINDS[1] else kind).replace(", ", "_").replace(" ", "_")


def _facts(quality: Any) -> dict[str, float]:
    return {"precision": quality.precision, "recall": quality.recall, "f1": quality.f1}
