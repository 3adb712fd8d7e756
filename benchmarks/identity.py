"""Who is who, side by side with Splink 5: precision, recall, F1, processor seconds and memory, on the same rows.

    python -m venv /tmp/peers && /tmp/peers/bin/pip install splink        # the peer, never in chaland's environment
    python benchmarks/identity.py --peer /tmp/peers/bin/python [--records 1000000] [--labelled] [--write]
    python benchmarks/identity.py --records 100000                        # chaland alone: profile, errors, recall

Rows are made by chaland.demo's people (or read from the labelled files), cleaned once by chaland.clean, and given to
both engines, each in a process of its own. Processor seconds are user and system of that process. Splink links
by connected components at a threshold: its natural ones (0.5, 0.95) and the best one, picked on the truth. Ours is
read as it decides by itself. Made and cleaned files are kept in --cache; --fresh cleans them again.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from identity_clean import AS_OF, cpu_s, peak_gb
from identity_data import VARIANTS, brindille, labelled
from identity_page import PAGE, page

from chaland.config import Settings
from chaland.engine import Engine
from chaland.identity import cluster, keys, resolve, score
from chaland.identity.blocks import grouped
from chaland.identity.evaluate import Quality, codes_of, evaluate, judge, patterns, same_label_pairs
from chaland.identity.levels import Comparer
from chaland.identity.match import Matched
from chaland.identity.writings import copies_of
from chaland.progress import Reporter, Step
from chaland.tables import clean, identity

THRESHOLDS = tuple(np.round(np.concatenate([[0.02, 0.05], np.arange(0.1, 0.95, 0.1), [0.95, 0.97, 0.98, 0.99, 0.995,
    0.998, 0.999, 0.9995, 0.9999, 0.99995, 0.99999, 0.999999, 0.9999999]]), 8).tolist())  # fmt: skip
MEMORY = "4GB"
"""What DuckDB may hold before it spills; arrays come on top."""
DIAGNOSED = 400_000
"""Pairs whose comparison vectors are described at most."""


class Meter(Reporter):
    """Keeps the processor seconds and the highest memory of each step."""

    def __init__(self) -> None:
        super().__init__()
        self.profile: list[dict[str, Any]] = []

    @contextmanager
    def step(self, name: str, total: int | None = None) -> Iterator[Step]:
        before = cpu_s()
        with super().step(name, total) as current:
            yield current
        told = {"step": name, "cpu_s": cpu_s() - before, "clock_s": current.seconds, "peak_gb": peak_gb()}
        self.profile.append({**told, **current.facts})


# --- in a process of its own ------------------------------------------------------------------------------------------


def identity_task(rows: Path, out: Path, truth: Path | None) -> dict[str, Any]:
    """Identify; write clusters.parquet; with the truth, tell which step made each error."""
    kept: list[Matched] = []
    plain = resolve.match_records

    def keeping(*arguments: Any, **named: Any) -> Matched:
        kept.append(plain(*arguments, **named))
        return kept[-1]

    resolve.match_records = keeping
    out.mkdir(parents=True, exist_ok=True)
    settings = Settings(folder=out)
    base = out / "base.duckdb"
    base.unlink(missing_ok=True)
    # on disk and thrown away, as a build's is
    with Engine(base, memory_limit=MEMORY, temp_folder=out / "spill", is_scratch=True) as engine:
        engine.create(clean.RECORDS)
        engine.insert(clean.RECORDS, "select * from read_parquet($path)", {"path": str(rows)})
        meter, before, start_s = Meter(), cpu_s(), time.perf_counter()
        resolve.resolve_identities(engine, settings, as_of=AS_OF, reporter=meter)
        told: dict[str, Any] = {
            "cpu_s": cpu_s() - before,
            "clock_s": time.perf_counter() - start_s,
            "peak_gb": peak_gb(),
            "profile": meter.profile,
            "records": engine.count(identity.PERSONS),
        }
        engine.write_parquet(
            "select record_id, customer_id, household_id from identity.persons order by record_id",
            out / "clusters.parquet",
        )
    if truth and kept:
        told |= diagnosis(kept[-1], truth, settings)
    return told


def diagnosis(matched: Matched, truth: Path, settings: Settings) -> dict[str, Any]:
    """Return the blocking recall, the errors by the step that made them, and what the missed pairs look like."""
    labels = dict(zip(*(pq.read_table(truth)[name].to_pylist() for name in ("record_id", "person_id")), strict=True))
    true = codes_of(np.array([labels[key] for key in matched.records.record_id.to_pylist()], dtype=object))
    del labels
    least = float(np.log2(settings.identity.threshold / (1 - settings.identity.threshold)))
    left, right = pairs_brought(matched, true)
    judged = judge(matched.person, true, left, right, matched.weigh.match_weights(left, right), least=least)
    counts = judged.counts()
    missed = sum(counts[kind] for kind in counts if kind.startswith("missed"))
    told: dict[str, Any] = {
        "candidate_pairs": matched.pairs_compared,
        "errors": counts,
        "blocking_recall": 1 - counts["missed by blocking"] / max(1, missed + counts["right"]),
        "rules": [rule.name for rule in matched.rules],
        "patterns": {},
    }
    comparer = Comparer(matched.records)
    for index, name in enumerate(counts):
        if name != "right" and counts[name]:
            some = judged.where(judged.kind == index)
            some = some.where(np.arange(len(some.kind)) < DIAGNOSED)
            told["patterns"][name] = patterns(comparer.compare(some.left, some.right))
    truly = true[matched.left] == true[matched.right]
    edges = cluster.Edges(matched.left, matched.right, matched.match_weight)
    probability = score.probability(edges.weight)
    told["expected_true"] = float(probability.sum())
    told["candidate_true"] = int(truly.sum())
    return told


def pairs_brought(matched: Matched, true: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the kept pairs, and the true ones that a rule brings in a block within its cap."""
    count = len(matched.records)
    left, right = same_label_pairs(true)
    if count > keys.WHOLE_BELOW:
        first = matched.first
        is_brought = first[left] == first[right]
        for rule in matched.rules:
            blocks = grouped(keys.rule_codes(rule, matched.atoms, copies_of(first)))
            kept = np.where(blocks.sizes_of(np.arange(count)) <= rule.cap, blocks.block, -1)[first]
            is_brought |= (kept[left] >= 0) & (kept[left] == kept[right])
        left, right = left[is_brought], right[is_brought]
    pairs = np.unique(np.concatenate([matched.left * count + matched.right, left * count + right]))
    return pairs // count, pairs % count


TASKS = {"identity": identity_task}


def in_process(*command: str | Path) -> dict[str, Any]:
    """Run a command; return the JSON of its last line."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def task(name: str, *arguments: Path) -> dict[str, Any]:
    return in_process(sys.executable, __file__, "--task", name, *arguments)


# --- one file, every engine -------------------------------------------------------------------------------------------


def cleaned(people: Path, *, fresh: bool) -> tuple[Path, dict[str, Any]]:
    """Return the cleaned rows beside the people, and what cleaning cost."""
    rows, told = people.with_name("clean.parquet"), people.with_name("clean.json")
    if fresh or not told.exists():
        told.write_text(
            json.dumps(in_process(sys.executable, Path(__file__).with_name("identity_clean.py"), people, rows)),
            encoding="utf-8",
        )
    costs: dict[str, Any] = json.loads(told.read_text(encoding="utf-8"))
    return rows, costs


def aligned(clusters: pa.Table, truth: pa.Table, column: str, label: str) -> tuple[np.ndarray, np.ndarray]:
    """Return found and true labels, record by record."""
    both = truth.join(clusters, "record_id", join_type="inner")
    return both[column].to_numpy(), both[label].to_numpy()


def as_facts(quality: Quality) -> dict[str, float]:
    return {"precision": quality.precision, "recall": quality.recall, "f1": quality.f1}


def chaland_run(rows: Path, truth_path: Path, out: Path) -> dict[str, Any]:
    """Run our engine; return its costs and its quality."""
    told = task("identity", rows, out, truth_path)
    clusters, truth = pq.read_table(out / "clusters.parquet"), pq.read_table(truth_path)
    measured = evaluate(*aligned(clusters, truth, "customer_id", "person_id"))
    told["own"] = as_facts(measured.pairwise)
    told["b_cubed"], told["whole"] = as_facts(measured.b_cubed), as_facts(measured.cluster)
    if "household_id" in truth.column_names:
        clusters = clusters.rename_columns(["record_id", "customer_id", "home"])
        told["household"] = as_facts(evaluate(*aligned(clusters, truth, "home", "household_id")).pairwise)
    return told


def splink_run(peer: Path, rows: Path, truth_path: Path, out: Path, *options: str) -> dict[str, Any]:
    """Run Splink; return its costs, and its quality at its natural thresholds and at the best one."""
    told = in_process(peer, Path(__file__).with_name("identity_splink.py"), rows, out, *options)
    pairs, truth = pq.read_table(out / "pairs.parquet"), pq.read_table(truth_path)
    place = pa.table({"key": truth["record_id"], "at": np.arange(len(truth))})
    for side in ("l", "r"):
        pairs = pairs.join(place.rename_columns([f"unique_id_{side}", side]), f"unique_id_{side}")
    left, right = pairs["l"].to_numpy(), pairs["r"].to_numpy()
    probability, true = pairs["match_probability"].to_numpy(), codes_of(truth["person_id"].to_numpy())
    for threshold in sorted({0.5, 0.95, *THRESHOLDS}):
        linked = probability >= threshold
        found = cluster.components(len(truth), left[linked], right[linked])
        quality = as_facts(evaluate(found, true).pairwise) | {"threshold": threshold}
        if threshold in (0.5, 0.95):
            told[f"at_{threshold}"] = quality
        if quality["f1"] > told.get("best", {"f1": -1.0})["f1"]:
            told["best"] = quality
    return told


def show(name: str, told: dict[str, Any]) -> None:
    """Print the profile and the errors of our engine."""
    print(f"\n## {name}\n")
    for step in told["profile"]:
        facts = "  ".join(f"{key} {value}" for key, value in step.items() if key not in STEP_FACTS)
        print(f"{step['step']:<26}{step['cpu_s']:8.2f} s processor{step['clock_s']:8.2f} s clock"
              f"{step['peak_gb']:6.2f} GB  {facts}")  # fmt: skip
    print(f"{'all':<26}{told['cpu_s']:8.2f} s processor{told['clock_s']:8.2f} s clock{told['peak_gb']:6.2f} GB")
    for measure in ("own", "b_cubed", "whole", "household"):
        if measure in told:
            print(f"{measure:<10}" + "  ".join(f"{key} {value:.4f}" for key, value in told[measure].items()))
    if "errors" not in told:
        return
    print(f"candidate pairs {told['candidate_pairs']:,}; blocking recall {told['blocking_recall']:.4f}; "
          f"expected true among them {told['expected_true']:,.0f}, true {told['candidate_true']:,}")  # fmt: skip
    for kind, count in told["errors"].items():
        print(f"  {kind:<24}{count:>10,}")
        for pattern, seen in told["patterns"].get(kind, ()):
            print(f"      {seen:>8,}  {pattern}")
    print("rules: " + "; ".join(told["rules"]))


STEP_FACTS = ("step", "cpu_s", "clock_s", "peak_gb")


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, nargs="*", default=[100_000], help="sizes of the Brindille-like file")
    parser.add_argument("--variants", nargs="+", choices=VARIANTS, default=["whole"])
    parser.add_argument("--only", choices=("chaland", "splink"), help="one engine")
    parser.add_argument("--peer", type=Path, help="interpreter of the environment that holds Splink")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "chaland-identity-benchmark")
    parser.add_argument("--labelled", action="store_true", help="the labelled files of ../shared/data too")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks/identity.md")
    parser.add_argument("--runs", type=Path, help="a JSON file of runs to add to; the page tells all it holds")
    parser.add_argument("--fresh", action="store_true", help="clean the rows again")
    parser.add_argument("--task", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.task:
        print(json.dumps(TASKS[options.task[0]](*(Path(part) for part in options.task[1:]))))
        return
    runs: list[dict[str, Any]] = []
    for records in options.records:
        for variant in options.variants:
            made = brindille(records, variant, options.cache)
            rows, costs = cleaned(made.people, fresh=options.fresh)
            run = engines(f"{costs['records']:,} {variant}".replace(",", " "), rows, made.truth, options, [()])
            runs.append({**run, "cleaning": costs, "records": costs["records"], "variant": variant})
    if options.labelled:
        for name, made in labelled(options.cache):
            # the peer may be tuned to the file: the better of its two ways to compare e-mails
            runs.append(engines(name, made.people, made.truth, options, [(), ("--email-parts",)]))
    if options.runs:
        runs = with_earlier(runs, options.runs)
    print(page(runs))
    if options.write:
        PAGE.write_text(page(runs), encoding="utf-8")


def with_earlier(runs: list[dict[str, Any]], kept: Path) -> list[dict[str, Any]]:
    """Return the runs kept in a file, those of the same name taken anew, in order of size; keep them all."""
    earlier = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else []
    latest = {run["name"]: run for run in (*earlier, *runs)}
    told = sorted(latest.values(), key=lambda run: run.get("records", np.inf))
    kept.write_text(json.dumps(told), encoding="utf-8")
    return told


def engines(
    name: str, rows: Path, truth: Path, options: argparse.Namespace, tunings: list[tuple[str, ...]]
) -> dict[str, Any]:
    """Run the engines asked for on one file."""
    run: dict[str, Any] = {"name": name}
    if options.only != "splink":
        run["chaland"] = chaland_run(rows, truth, rows.parent / "chaland")
        show(name, run["chaland"])
    if options.peer and options.only != "chaland":
        tried = [splink_run(options.peer, rows, truth, rows.parent / "splink", *tuning) for tuning in tunings]
        run["splink"] = max(tried, key=lambda told: told["best"]["f1"])
    return run


if __name__ == "__main__":
    main()
