"""Counts of baskets → the rows of insight.basket_items, basket_pairs and basket_rules, with their measures.

Measures: Agrawal & Srikant 1994 (support, confidence), Brin et al. 1997 (lift, conviction), Piatetsky-Shapiro 1991
(leverage). Significance: binomial test of the common tickets against independence, an upper bound of Fisher's exact
test; corrected for the number of pairs or rules looked at (Holm 1979).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.special import bdtrc

from chaland.engine import Engine
from chaland.insight.arrays import Ints
from chaland.insight.basket_counts import Itemset
from chaland.insight.intervals import SIGNIFICANT, holm
from chaland.tables import Table


@dataclass(frozen=True)
class Counted:
    """Tickets counted at a level, in all or in one scope.

    Attributes:
        labels: item and label, one row per item.
        tickets: all tickets. singles: those of each item.
        left, right, both: pairs on at least `least` tickets, as item numbers, and their tickets.
        scope, scope_key: "all" and "", or which shop or season.
        most: strongest sure pairs, and rules, kept; 0 keeps all, sure or not.
    """

    level: str
    labels: pa.Table
    tickets: int
    singles: Ints
    left: Ints
    right: Ints
    both: Ints
    least: int
    scope: str = "all"
    scope_key: str = ""
    most: int = 0

    def named(self, size: int) -> dict[str, Any]:
        """Return the columns that say what was counted, `size` rows of them."""
        names = {"scope": self.scope, "scope_key": self.scope_key, "level": self.level}
        return {name: pa.array([value] * size, pa.string()) for name, value in names.items()}


@dataclass(frozen=True)
class Rules:
    """Associations antecedent → consequent: antecedent r is `members[offsets[r]:offsets[r + 1]]`, as item numbers;
    tickets with the antecedent, the consequent, both; how many associations were looked at."""

    offsets: Ints
    members: Ints
    consequents: Ints
    ifs: Ints
    thens: Ints
    boths: Ints
    looked_at: int


def item_rows(counted: Counted) -> pa.Table:
    """Return the rows of insight.basket_items: the items on enough tickets."""
    rows = pa.table(
        {
            **counted.named(len(counted.labels)),
            "item": counted.labels["item"],
            "label": counted.labels["label"],
            "tickets": counted.singles,
            "support": counted.singles / max(1, counted.tickets),
        }
    )
    return rows.filter(pa.array(counted.singles >= counted.least))


def pair_rows(counted: Counted) -> pa.Table:
    """Return the rows of insight.basket_pairs."""
    left, right, both = counted.left, counted.right, counted.both
    # every pair of frequent items was looked at
    frequent = int((counted.singles >= counted.least).sum())
    tests = frequent * (frequent - 1) // 2
    measures = measured(counted.singles[left], counted.singles[right], both, counted.tickets, tests)
    items, labels = counted.labels["item"], counted.labels["label"]
    rows = {
        **counted.named(len(both)),
        "item": items.take(pa.array(left)),
        "label": labels.take(pa.array(left)),
        "other_item": items.take(pa.array(right)),
        "other_label": labels.take(pa.array(right)),
        "item_tickets": counted.singles[left],
        "other_tickets": counted.singles[right],
        "both_tickets": both,
        **{name: measures[name] for name in ("support", "lift", "leverage", "p_value", "p_adjusted", "is_significant")},
    }
    return _strongest(pa.table(rows), measures, counted.most)


def rules_of_pairs(counted: Counted, confidence: float) -> Rules:
    """Return the rules of two items whose confidence suffices."""
    ifs_items = np.concatenate([counted.left, counted.right])
    thens_items = np.concatenate([counted.right, counted.left])
    both = np.concatenate([counted.both, counted.both])
    chosen = np.flatnonzero(both >= confidence * counted.singles[ifs_items] - 1e-9)
    ifs_items, thens_items = ifs_items[chosen], thens_items[chosen]
    singles = counted.singles
    return Rules(
        np.arange(len(chosen) + 1, dtype=np.int64),
        ifs_items,
        thens_items,
        singles[ifs_items],
        singles[thens_items],
        both[chosen],
        2 * len(counted.both),
    )


def rules_of_itemsets(sets: dict[Itemset, int], confidence: float) -> Rules:
    """Return the rules of one consequent, of any length, whose confidence suffices."""
    looked_at, chosen = 0, []
    for itemset, both in sets.items():
        if len(itemset) < 2:
            continue
        looked_at += len(itemset)
        for place, consequent in enumerate(itemset):
            antecedent = itemset[:place] + itemset[place + 1 :]
            if both >= confidence * sets[antecedent] - 1e-9:
                chosen.append((antecedent, consequent, sets[antecedent], sets[(consequent,)], both))
    consequents, ifs, thens, boths = (np.array([rule[i] for rule in chosen], dtype=np.int64) for i in range(1, 5))
    sizes = np.array([len(rule[0]) for rule in chosen], dtype=np.int64)
    members = np.array([item for rule in chosen for item in rule[0]], dtype=np.int64)
    return Rules(np.append(0, np.cumsum(sizes)), members, consequents, ifs, thens, boths, looked_at)


def rule_rows(counted: Counted, rules: Rules) -> pa.Table:
    """Return the rows of insight.basket_rules."""
    measures = measured(rules.ifs, rules.thens, rules.boths, counted.tickets, rules.looked_at)
    items, labels = counted.labels["item"].combine_chunks(), counted.labels["label"].combine_chunks()
    names = labels.take(pa.array(rules.members))
    sizes = np.diff(rules.offsets)
    if (sizes > 1).any():
        told, ends = names.to_pylist(), rules.offsets
        names = pa.array([" + ".join(told[ends[r] : ends[r + 1]]) for r in range(len(sizes))], pa.string())
    antecedents = pa.ListArray.from_arrays(
        pa.array(rules.offsets, pa.int32()), items.take(pa.array(rules.members)).cast(pa.string())
    )
    rows = {
        **counted.named(len(sizes)),
        "antecedent": antecedents,
        "antecedent_label": names,
        "consequent": items.take(pa.array(rules.consequents)),
        "consequent_label": labels.take(pa.array(rules.consequents)),
        "items": pa.array(sizes + 1, pa.int32()),
        "antecedent_tickets": rules.ifs,
        "consequent_tickets": rules.thens,
        "both_tickets": rules.boths,
        **measures,
    }
    return _strongest(pa.table(rows), measures, counted.most)


def _strongest(rows: pa.Table, measures: dict[str, Any], most: int) -> pa.Table:
    """Return the rows of highest lift among the sure ones, `most` at most; all of them when it is 0."""
    if not most:
        return rows
    sure = np.flatnonzero(measures["is_significant"] & (measures["lift"] > 1))
    ranked = sure[np.lexsort((sure, -measures["lift"][sure]))][:most]
    return rows.take(pa.array(np.sort(ranked)))


def measured(first: Ints, second: Ints, both: Ints, tickets: int, tests: int) -> dict[str, Any]:
    """Return the measures of associations first → second.

    Args:
        first, second, both: tickets with the antecedent, with the consequent, with both.
        tickets: all tickets.
        tests: associations looked at, for Holm's correction.

    >>> found = measured(np.array([200]), np.array([300]), np.array([90]), 1000, 1)
    >>> [round(float(found[name][0]), 4) for name in ("confidence", "lift", "leverage")]
    [0.45, 1.5, 0.03]
    >>> round(found["conviction"][0].as_py(), 4)
    1.2727
    """
    whole = max(1, tickets)
    share = second / whole
    confidence = both / first
    # a rule never broken has no finite conviction
    exact = both == first
    conviction = np.where(exact, 0, (1 - share) / np.where(exact, 1, 1 - confidence))
    p_value = bdtrc(both - 1.0, first, share)
    adjusted = holm(p_value, tests)
    return {
        "support": both / whole,
        "confidence": confidence,
        "lift": confidence / share,
        "leverage": both / whole - first / whole * share,
        "conviction": pa.array(conviction, mask=exact),
        "p_value": p_value,
        "p_adjusted": adjusted,
        "is_significant": adjusted < SIGNIFICANT,
    }


def insert_rows(engine: Engine, table: Table, parts: Sequence[pa.Table]) -> int:
    """Add rows to a table of baskets, all parts at once; return their number."""
    if not parts:
        return 0
    engine.connection.register("basket_rows", pa.concat_tables(parts))
    try:
        return engine.insert(table, "from basket_rows")
    finally:
        engine.connection.unregister("basket_rows")
