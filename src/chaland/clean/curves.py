"""The evolution of quality from load to load: what changed, and one small curve per channel, as inline SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

from chaland.clean.typography import count_text, day_text, points_text, share_text
from chaland.language import say

_WIDTH, _HEIGHT, _MARGIN = 240.0, 56.0, 5.0


def curve(shares: Sequence[float], label: str) -> str:
    """Return the SVG curve of shares, lowest to highest over its whole height, at least ten points of difference.

    >>> curve([0.5, 0.7], "x").count("<circle")
    1
    """
    low, high = min(shares), max(shares)
    middle, half = (low + high) / 2, max((high - low) / 2, 0.05)
    step = (_WIDTH - 2 * _MARGIN) / max(len(shares) - 1, 1)
    points = [
        (_MARGIN + rank * step, _HEIGHT / 2 - (share - middle) / half * (_HEIGHT / 2 - _MARGIN))
        for rank, share in enumerate(shares)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    last_x, last_y = points[-1]
    return (
        f'<svg class="curve" viewBox="0 0 {_WIDTH:.0f} {_HEIGHT:.0f}" role="img" aria-label="{escape(label)}">'
        f'<polyline points="{line}"/><circle cx="{last_x:.1f}" cy="{last_y:.1f}" r="3.5"/></svg>'
    )


def history_chart(history: Sequence[Mapping[str, Any]]) -> str:
    """Return what changed since the last load and since the first, channel by channel, with the curve of them all."""
    if len(history) < 2:
        return f'<p class="empty">{escape(say("The first load: the curves begin with the next one."))}</p>'
    now, before, first = history[-1], history[-2], history[0]
    series = {
        say("Distributable rate"): [one["distributable_rate"] for one in history],
        say("Reachable by letter"): [one["reach"]["post"] for one in history],
        say("Reachable by e-mail"): [one["reach"]["email"] for one in history],
        say("Reachable by SMS"): [one["reach"]["mobile"] for one in history],
        say("Reachable by telephone"): [one["reach"]["phone"] for one in history],
    }
    rows = []
    for label, shares in series.items():
        known = [share for share in shares if share is not None]
        if shares[-1] is None or len(known) < 2:
            continue
        told = f"{label} — {', '.join(map(share_text, known))}"
        cells = "".join(
            f'<td class="num">{points_text(shares[-1] - then) if then is not None else "—"}</td>'
            for then in (shares[-2], shares[0])
        )
        rows.append(
            f'<tr><th scope="row">{escape(label)}</th><td>{curve(known, told)}</td>'
            f'<td class="num"><b>{share_text(shares[-1])}</b></td>{cells}</tr>'
        )
    titles = (
        _day(now),
        say("since {day}", day=_day(before)),
        say("since {day}", day=_day(first)),
    )
    head = "".join(f'<th scope="col" class="num">{escape(title)}</th>' for title in titles)
    records = say(
        "{count} records, {more} since the last load.",
        count=count_text(now["records"]),
        more=_signed(now["records"] - before["records"]),
    )
    return (
        f'<p class="told">{escape(records)}</p><table class="history"><thead><tr><td></td><td></td>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _day(point: Mapping[str, Any]) -> str:
    return day_text(date.fromisoformat(point["as_of"]))


def _signed(count: int) -> str:
    return f"{'+' if count >= 0 else '−'}{count_text(abs(count))}"
