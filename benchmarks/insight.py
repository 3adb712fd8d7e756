"""Lifetime value at the size of a chain: seconds and memory, beside `lifetimes` on the same customers.

    python benchmarks/insight.py [--customers 300000] [--peer PYTHON]

Customers are drawn under MBG/NBD with known parameters, observed for two years. Each engine runs in a process of its
own and counts its own processor seconds, after one warm run on a thousand customers. `--peer` is the interpreter of a
virtual environment where `lifetimes` 0.11.3 is installed; it fits BG/NBD on the table of customers, as its tutorial
does.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from chaland.insight.clv import LEVELS
from chaland.insight.repeat_models import MODELS, Histories

DRAWN = {"r": 0.9, "alpha": 12.0, "a": 0.6, "b": 2.0}
DAYS = 730
PEER = """
import json, sys, time
import numpy as np
from lifetimes import BetaGeoFitter
rows = np.load(sys.argv[1])
x, recency, age = rows["x"].astype(float), rows["recency"] / 7, rows["age"] / 7
BetaGeoFitter().fit(x[:1000], recency[:1000], age[:1000])
start = time.process_time()
fitter = BetaGeoFitter().fit(x, recency, age)
fitted = time.process_time()
fitter.conditional_probability_alive(x, recency, age)
fitter.conditional_expected_number_of_purchases_up_to_time(52.18, x, recency, age)
done = time.process_time()
with open("/proc/self/status") as status:
    memory = next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))
parameters = [float(value) for value in fitter.params_]
print(json.dumps({"fit": fitted - start, "scores": done - fitted, "memory": memory, "parameters": parameters}))
"""


def draw(customers: int, seed: int = 5) -> dict[str, np.ndarray]:
    """Return x, t_x and T, in days, of customers drawn under MBG/NBD."""
    random = np.random.default_rng(seed)
    rate = random.gamma(DRAWN["r"], 1 / DRAWN["alpha"], customers) / 7
    leaves = random.beta(DRAWN["a"], DRAWN["b"], customers)
    age = random.integers(1, DAYS, customers)
    x, recency, moment = np.zeros(customers, np.int64), np.zeros(customers), np.zeros(customers)
    active = np.flatnonzero(random.random(customers) > leaves)
    while len(active):
        moment[active] += random.exponential(1 / rate[active])
        active = active[moment[active] < age[active]]
        x[active] += 1
        recency[active] = moment[active]
        active = active[random.random(len(active)) > leaves[active]]
    days = np.where(x > 0, np.clip(np.ceil(recency), 1, age), 0).astype(np.int64)
    return {"x": x, "recency": days, "age": age}


def histories(rows: dict[str, np.ndarray]) -> Histories:
    """Return the distinct histories; what the chain has SQL do."""
    width = int(rows["age"].max()) + 1
    key = (rows["x"] * width + rows["recency"]) * width + rows["age"]
    distinct, count = np.unique(key, return_counts=True)
    return Histories(distinct // width // width, distinct // width % width, distinct % width, count)


def ours(path: Path, name: str) -> dict[str, object]:
    """Return processor seconds and memory of one model; counting the histories is part of the fit."""
    rows = dict(np.load(path))
    small = histories({column: values[:1000] for column, values in rows.items()})
    warm = MODELS[name]()
    parameters = warm.fit(small).parameters
    warm.expected(parameters, small, 52.18)
    warm.quantiles(parameters, small, 52.18, LEVELS)
    start = time.process_time()
    data = histories(rows)
    model = MODELS[name]()
    fit = model.fit(data)
    fitted = time.process_time()
    model.alive(fit.parameters, data)
    model.expected(fit.parameters, data, 52.18)
    scored = time.process_time()
    model.quantiles(fit.parameters, data, 52.18, LEVELS)
    done = time.process_time()
    return {
        "fit": fitted - start,
        "scores": scored - fitted,
        "intervals": done - scored,
        "memory": peak_mib(),
        "histories": len(data.x),
        "parameters": [float(value) for value in fit.parameters],
        "converged": fit.converged,
    }


def peak_mib() -> float:
    """Return the peak memory of this process; getrusage would tell that of the parent it was forked from."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def show(name: str, found: dict[str, object]) -> None:
    parameters = ", ".join(f"{value:.4f}" for value in found["parameters"])  # type: ignore[attr-defined]
    line = (
        f"{name:<12} fit {found['fit']:7.2f} s  alive and a year {found['scores']:6.2f} s  {found['memory']:7.0f} MiB"
    )
    print(f"{line}  ({parameters})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=300_000)
    parser.add_argument("--peer", type=Path, help="python of an environment with lifetimes")
    parser.add_argument("--only", help=argparse.SUPPRESS)
    parser.add_argument("--rows", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only:
        print(json.dumps(ours(given.rows, given.only)))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.npz"
        np.savez(path, **draw(given.customers))
        found = {}
        for name in MODELS:
            command = [sys.executable, __file__, "--only", name, "--rows", str(path)]
            found[name] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
            show(name, found[name])
        print(f"customers {given.customers:,}, distinct histories {found['bg_nbd']['histories']:,}")
        if given.peer:
            command = [str(given.peer), "-W", "ignore", "-c", PEER, str(path)]
            peer = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
            show("lifetimes", peer)
            ratio = (peer["fit"] + peer["scores"]) / (found["bg_nbd"]["fit"] + found["bg_nbd"]["scores"])
            memory = peer["memory"] / found["bg_nbd"]["memory"]
            print(f"BG/NBD: lifetimes takes {ratio:.1f} times the processor time and {memory:.1f} times the memory")


if __name__ == "__main__":
    main()
