"""Telephones and e-mails put right at the desk, found at once: the search cards know them from the next build."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from django.http import HttpRequest

from chaland.publish import Hit, Match
from chaland.publish.keys import phone_keys
from chaland_web.desk.models import Kind, Line
from chaland_web.snapshots import reader_of, snapshot_of

MOST_LINES = 500
"""Corrections looked through, the latest: those of a day."""
_MARGIN = timedelta(days=1)
"""A build reads the desk before it publishes."""


def _key(text: str) -> str:
    """Return a whole telephone or e-mail in one writing; "" for anything else.

    >>> _key("+33 6 12 34 56 78"), _key("06.12.34.56.78"), _key("A@b.FR"), _key("chalain 59")
    ('0612345678', '0612345678', 'a@b.fr', '')
    """
    plain = text.strip().lower()
    if re.fullmatch(r"\S+@\S+", plain):
        return plain
    digits = re.sub(r"\D", "", re.sub(r"^00", "+", plain.replace("(0)", "")))
    if not re.fullmatch(r"[\d\s().+/_-]+", plain) or not 9 <= len(digits) <= 15:
        return ""
    return phone_keys(digits)[-1]


def corrected_hits(request: HttpRequest, text: str) -> list[Hit]:
    """Return the customers whose telephone or e-mail was put right to this one since the base was built."""
    key = _key(text)
    if not key:
        return []
    snapshot = snapshot_of(request)
    since = snapshot.published_at - _MARGIN
    lines = Line.objects.filter(kind=Kind.CORRECTION, at__gt=since).latest_of_keys().order_by("-id")[:MOST_LINES]
    found: dict[str, Hit] = {}
    for line in lines:
        field = next((name for name in ("mobile", "phone", "email") if _key(line.fields.get(name, "")) == key), "")
        customer_id = reader_of(request).customer_of(line.record_id) if field and not line.is_withdrawn else None
        for hit in snapshot.search(customer_id, 5) if customer_id and customer_id not in found else ():
            if hit.customer_id == customer_id:
                kind = "email" if field == "email" else "phone"
                why = (Match(kind, text, key),)
                found[customer_id] = replace(hit, score=1.0, matches=why, **{field: line.fields[field]})
    return list(found.values())
