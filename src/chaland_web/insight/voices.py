"""Who is not satisfied, by name, and what customers write: for those who may open a file, under its rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from chaland.publish.insight import Row
from chaland.publish.keys import folded
from chaland_web import access
from chaland_web.csv_files import csv_answer
from chaland_web.rights import Right, Scope, may, needs
from chaland_web.snapshots import shop_names

PAGE_ROWS = 25
MOST_COMMENTS = 50
MOST_TAKEN = 100_000


@dataclass(frozen=True)
class Voices:
    """What is shown of persons: `None` for `unhappy` where the reader opens no file.

    Attributes:
        unhappy: customers who are not satisfied, a page of them; `everybody` counts them all.
        shops: (code, name, is chosen) of the shops this person may ask for.
        written: answers whose comment holds the words; `answers` counts them all.
    """

    unhappy: Sequence[Row] | None
    everybody: int = 0
    page: int = 1
    waiting: bool = False
    shop_key: str = ""
    shops: Sequence[tuple[str, str, bool]] = ()
    words: str = ""
    only_unhappy: bool = False
    written: Sequence[Row] = ()
    answers: int = 0
    is_own_shops: bool = False
    can_take: bool = False

    def _query(self, page: int) -> str:
        kept = {
            "magasin": self.shop_key,
            "attente": "1" if self.waiting else "",
            "mots": self.words,
            "mecontents": "1" if self.only_unhappy else "",
            "page": str(page),
        }
        return "?" + urlencode({name: value for name, value in kept.items() if value}) + "#a-rappeler"

    @property
    def before(self) -> str:
        """Where the page before is; "" on the first."""
        return self._query(self.page - 1) if self.page > 1 else ""

    @property
    def after(self) -> str:
        """Where the next page is; "" on the last."""
        return self._query(self.page + 1) if self.page * PAGE_ROWS < self.everybody else ""


def _shops(request: HttpRequest, chosen: str) -> list[tuple[str, str, bool]]:
    names = shop_names(request)
    is_bound = access.scope_of(request) == Scope.SHOPS
    return [
        (key, name or key, key == chosen)
        for key, name in sorted(names.items(), key=lambda item: str(item[1]))
        if not is_bound or key in request.user.shop_keys
    ]


def voices(request: HttpRequest) -> Voices:
    """Return what the page of satisfaction shows of persons, as its address asks."""
    if not may(request.user, Right.READ_FILE):
        return Voices(None)
    asked = request.GET
    page = int(asked.get("page", "1")) if asked.get("page", "1").isdigit() else 1
    page = min(max(page, 1), 10_000)
    shop_key, waiting, only_unhappy = asked.get("magasin", "")[:60], "attente" in asked, "mecontents" in asked
    words = asked.get("mots", "")[:80].strip()
    unhappy = access.unsatisfied(
        request, shop_key=shop_key, waiting=waiting, rows=PAGE_ROWS, skip=(page - 1) * PAGE_ROWS
    )
    written = access.comments(
        request, folded(words).lower().split(), shop_key=shop_key, unhappy=only_unhappy, rows=MOST_COMMENTS
    )
    return Voices(
        unhappy,
        everybody=unhappy[0]["everybody"] if unhappy else 0,
        page=page,
        waiting=waiting,
        shop_key=shop_key,
        shops=_shops(request, shop_key),
        words=words,
        only_unhappy=only_unhappy,
        written=written,
        answers=written[0]["answers"] if written else 0,
        is_own_shops=access.scope_of(request) == Scope.SHOPS,
        can_take=may(request.user, Right.EXPORT),
    )


@require_safe
@needs(Right.EXPORT)
@needs(Right.READ_FILE)
def export_unhappy(request: HttpRequest) -> HttpResponse:
    """Send who is not satisfied as CSV, those of one shop when one is asked for; what leaves is written to the log."""
    shop_key, waiting = request.GET.get("magasin", "")[:60], "attente" in request.GET
    rows = access.unsatisfied(request, shop_key=shop_key, waiting=waiting, rows=MOST_TAKEN)
    access.note_export(request, "unsatisfied customers", len(rows), shop_key)
    columns = {
        "customer_id": gettext("Customer"),
        "display_name": gettext("Name"),
        "shop_key": gettext("Shop"),
        "answered_date": gettext("Answered on"),
        "recommendation_0_10": gettext("Mark, 0 to 10"),
        "satisfaction_1_5": gettext("Mark, 1 to 5"),
        "comment": gettext("Comment"),
        "amount_12_months": gettext("Bought, 12 months"),
        "answered_to_date": gettext("Contacted on"),
    }
    taken: Any = csv_answer(
        "insatisfaits.csv", list(columns.values()), ([row[name] for name in columns] for row in rows)
    )
    answer: HttpResponse = taken
    return answer
