"""The quality report as one self-contained page of HTML: no script, no font, no picture fetched. Printable.

Draws what figures.py counted. Everything that comes from data is escaped; charts are inline SVG.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from chaland.clean.curves import history_chart
from chaland.clean.grades import GRADES, STATUSES, explain, reasons
from chaland.clean.typography import count_text, day_text, money_text, share_text
from chaland.language import current_language, say

COLOURS = {grade: f"var(--{grade})" for grade in GRADES}
"""Colours are the page's (page.css), so that they follow the reader's light or dark scheme."""
STATUS_GRADES = {"V0": "A", "V1": "B", "V2": "C", "V3": "C"}
_SILENT = frozenset({"ok", "empty", "key_only"})
_MOST_REASONS = 7
_LOGO = (
    '<svg viewBox="0 0 32 32" aria-hidden="true"><path d="M15 3v15H6z" fill="#fff"/><path d="M18 7v11h8z" '
    'fill="#c5d2d6"/><path d="M4 21h24l-4 7H8z" fill="#e0803e"/></svg>'
)


def field_label(field: str) -> str:
    """Return the name of a graded field in the reader's language."""
    labels = {
        "name": say("Name"),
        "address": say("Postal address"),
        "phone": say("Landline"),
        "mobile": say("Mobile"),
        "email": say("E-mail"),
        "birth_date": say("Birth date"),
    }
    return labels[field]


def grade_label(grade: str) -> str:
    """Return what a grade means in the reader's language."""
    labels = {
        "A": say("valid as received"),
        "B": say("valid once reformatted"),
        "C": say("repaired or doubtful"),
        "D": say("present but unusable"),
        "E": say("absent"),
    }
    return labels[grade]


def status_label(status: str) -> str:
    """Return what an address status means in the reader's language."""
    labels = {
        "V0": say("valid as is"),
        "V1": say("brought to the norm"),
        "V2": say("repaired, sure"),
        "V3": say("repaired, to check"),
        "R4": say("street unknown in the town"),
        "R5": say("number out of range"),
        "R6": say("postcode and town contradict"),
        "R7": say("incomplete"),
        "R8": say("foreign or military, not processed"),
        "": say("placeholder"),
    }
    return labels[status]


def channel_labels() -> dict[str, str]:
    """Return the name of each channel a customer is reached by, in the reader's language."""
    return {"post": say("Letter"), "email": say("E-mail"), "mobile": say("SMS"), "phone": say("Telephone")}


def stacked_bar(counts: Mapping[str, int], height: int, label: str) -> str:
    """Return an SVG bar of the grades' shares, with a title for each part and a text for screen readers.

    >>> stacked_bar({"A": 0}, 20, "x")
    ''
    """
    total = sum(counts.values())
    if not total:
        return ""
    parts, at = [], 0.0
    for grade in GRADES:
        width = 1000 * counts.get(grade, 0) / total
        if width:
            tip = f"{grade} · {grade_label(grade)} · {count_text(counts[grade])} ({share_text(counts[grade] / total)})"
            parts.append(
                f'<rect x="{at:.2f}" width="{width:.2f}" height="{height}" style="fill:{COLOURS[grade]}">'
                f"<title>{escape(tip)}</title></rect>"
            )
            at += width
    return (
        f'<svg viewBox="0 0 1000 {height}" preserveAspectRatio="none" role="img" aria-label="{escape(label)}">'
        f"{''.join(parts)}</svg>"
    )


def plain_bar(share: float, colour: str, height: int = 9) -> str:
    """Return an SVG bar filled to a share between 0 and 1."""
    return (
        f'<svg viewBox="0 0 1000 {height}" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="1000" height="{height}" style="fill:var(--track)"/>'
        f'<rect width="{1000 * share:.1f}" height="{height}" style="fill:{colour}"/></svg>'
    )


def usable_share(counts: Mapping[str, int]) -> float | None:
    """Return the share of values present that can be used (A, B, C among A to D); None when none is present."""
    present = sum(counts.get(grade, 0) for grade in "ABCD")
    return sum(counts.get(grade, 0) for grade in "ABC") / present if present else None


def badge(grade: str) -> str:
    """Return a grade as a small coloured mark."""
    return f'<span class="badge {grade}" title="{escape(grade_label(grade))}">{grade}</span>'


def _tile(name: str, value: str, more: str, *, is_main: bool = False) -> str:
    head, space, unit = value.rpartition("\u00a0")
    shown = f'{escape(head)}<span class="unit">{space}{escape(unit)}</span>' if head else escape(value)
    return (
        f'<div class="tile{" main" if is_main else ""}"><div class="name">{escape(name)}</div>'
        f'<div class="value">{shown}</div><div class="more">{escape(more)}</div></div>'
    )


def _tiles(figures: Mapping[str, Any]) -> str:
    records, found = figures["records"], figures["distributable"]
    tiles = [
        _tile(
            say("Records"),
            count_text(records["described"]),
            say("from {count} sources", count=count_text(len(figures["sources"]))),
        ),
        _tile(
            say("Distributable rate"),
            share_text(found["rate"]),
            say("of {count} addresses received", count=count_text(found["addresses"])),
            is_main=True,
        ),
    ]
    letters = figures["letters"]
    tiles.append(
        _tile(
            say("Letters that would come back"),
            money_text(letters["would_return_eur"]),
            say("at each mailing: {count} letters", count=count_text(letters["would_return"])),
        )
    )
    for channel, name in (("email", say("Reachable by e-mail")), ("mobile", say("Reachable by SMS"))):
        reach = figures["reach"][channel]
        tiles.append(_tile(name, share_text(reach["rate"]), say("{count} records", count=count_text(reach["usable"]))))
    return "".join(tiles)


def _legend() -> str:
    items = "".join(
        f'<li><i style="background:{COLOURS[grade]}"></i><span><b>{grade}</b> {escape(grade_label(grade))}</span></li>'
        for grade in GRADES
    )
    return f'<ul class="legend">{items}</ul>'


def _grades(figures: Mapping[str, Any]) -> str:
    rows = []
    for field, counts in figures["grades"].items():
        bar = stacked_bar(counts, 20, field_label(field))
        rows.append(
            f'<tr><th scope="row">{escape(field_label(field))}</th><td class="bar">{bar}</td>'
            f'<td class="num">{share_text(usable_share(counts))}</td></tr>'
        )
    head = f'<thead><tr><td></td><td></td><th scope="col" class="num">{escape(say("usable"))}</th></tr></thead>'
    return f'<table class="bars">{head}<tbody>{"".join(rows)}</tbody></table>'


def _statuses(figures: Mapping[str, Any]) -> str:
    counts = figures["statuses"]
    total = sum(counts.values())
    if not total:
        return _nothing()
    rows = []
    for status in (*STATUSES, ""):
        records = counts.get(status, 0)
        if records or status in ("V0", "V1", "V2", "V3"):
            bar = plain_bar(records / total, COLOURS[STATUS_GRADES.get(status, "D")])
            rows.append(
                f'<tr><th scope="row">{status or "—"}</th><td>{escape(status_label(status))}'
                f'<div class="mini">{bar}</div></td><td class="num">{count_text(records)}<br>'
                f'<span class="small">{share_text(records / total)}</span></td></tr>'
            )
    return f"<table class='statuses'><tbody>{''.join(rows)}</tbody></table>"


def _reach(figures: Mapping[str, Any]) -> str:
    labels = channel_labels()
    rows = []
    for channel, label in labels.items():
        reach = figures["reach"][channel]
        bar = plain_bar(reach["rate"] or 0, "var(--accent)")
        rows.append(
            f'<tr><th scope="row">{escape(label)}</th><td class="mini">{bar}</td>'
            f'<td class="num">{count_text(reach["usable"])}<br><span class="small">{share_text(reach["rate"])}</span>'
            "</td></tr>"
        )
    return f"<table class='reach'><tbody>{''.join(rows)}</tbody></table>"


def _letters(figures: Mapping[str, Any]) -> str:
    """Return the sentence that says what bad addresses cost and what repair saved."""
    letters = figures["letters"]
    unit = money_text(letters["unit_cost_eur"])
    told: str = say(
        "At {unit} a letter, writing to every address received would lose {cost} (letters: {count}).",
        unit=unit,
        cost=money_text(letters["would_return_eur"]),
        count=count_text(letters["would_return"]),
    )
    if letters["repaired"]:
        told += " " + say(
            "Repaired addresses save {cost} at each mailing (letters: {count}).",
            cost=money_text(letters["repaired_eur"]),
            count=count_text(letters["repaired"]),
        )
    return f'<p class="told">{escape(told)}</p>'


def _sources(figures: Mapping[str, Any]) -> str:
    fields = list(figures["grades"])
    head = "".join(f'<th scope="col">{escape(field_label(field))}</th>' for field in fields)
    rows = []
    for source in figures["sources"]:
        if not source["described"]:
            continue
        cells = []
        for field in fields:
            counts = figures["grades_by_source"][source["source"]][field]
            label = f"{source['source']}, {field_label(field)}"
            cells.append(f'<td class="mini">{share_text(usable_share(counts))}{stacked_bar(counts, 9, label)}</td>')
        rows.append(
            f'<tr><th scope="row">{escape(source["source"])}<br><span class="small">'
            f"{escape(say('{count} records', count=count_text(source['described'])))}</span></th>{''.join(cells)}</tr>"
        )
    label = escape(say("By source"))
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{label}"><table class="by-source"><thead><tr>'
        f'<th scope="col">{escape(say("Source"))}</th>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
    )


def _samples(samples: Sequence[Mapping[str, Any]], *, decide: bool = False) -> str:
    """Return a table of changes: what was done (or what is to be decided), before, after."""
    if not samples:
        return _nothing()
    titles = (say("What was done"), say("Before"), say("After"))
    if decide:
        titles = (say("What to decide"), say("Received"), say("Proposed"))
    rows = []
    for one in samples:
        grade = reasons().get(one["reason"], {}).get("grade", "C")
        after = (
            f'<div class="after">{escape(one["after"])}</div>'
            if one["after"]
            else f'<div class="after none">{escape(say("nothing kept"))}</div>'
        )
        told = f"{escape(field_label(one['field']))} · {escape(one['source'])}"
        if decide:
            told += f" · {escape(say('{count} records', count=count_text(one['records'])))}"
        advice = f'<div class="advice">{escape(decision(one["reason"]))}</div>' if decide else ""
        rows.append(
            f"<tr><td>{badge(grade)}</td><td>{escape(explain(one['reason'], current_language()))}"
            f'<br><span class="small">{told}</span>{advice}</td>'
            f'<td data-label="{escape(titles[1])}"><div class="before">{escape(one["before"])}</div></td>'
            f'<td data-label="{escape(titles[2])}">{after}</td></tr>'
        )
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in titles)
    return f'<table class="samples"><thead><tr><td></td>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def decision(reason: str) -> str:
    """Return what a person is asked to decide of a doubtful value, in the reader's language."""
    told = {
        "city_doubtful": say("Which town? Ask the customer, or look at his other records."),
        "postcode_doubtful": say("Is the town right, or the postcode? Keep the one the customer confirms."),
        "street_doubtful": say("Is it this street? The town has only one of that name."),
        "postcode_city_contradiction": say("Town or postcode, one is wrong: no letter leaves until it is known which."),
        "cedex_unknown": say("Is this CEDEX still in use? Write to the street meanwhile."),
        "line_too_long": say("Shorten the line by hand: 38 characters at most."),
        "order_doubtful": say("Which is the first name? Swap the two if they are the wrong way round."),
        "couple": say("One record for two persons: split it, or keep the one who holds the card."),
        "deceased_note": say("Is this customer dead? Confirm before any mailing."),
        "day_month_doubtful": say("Day first or month first? Look at how this source writes its dates."),
        "domain_doubtful": say("Is the domain misspelt? Correct it once the customer confirms."),
    }
    return told.get(reason, say("Keep the value that the customer confirms."))


def _reasons(figures: Mapping[str, Any]) -> str:
    blocks = []
    for field, found in figures["reasons"].items():
        told = [row for row in found if row["reason"] not in _SILENT][:_MOST_REASONS]
        if not told:
            continue
        total = sum(row["records"] for row in found if row["grade"] != "E") or 1
        rows = "".join(
            f"<tr><td>{badge(row['grade'])}</td><td>{escape(explain(row['reason'], current_language()))}</td>"
            f'<td class="num">{count_text(row["records"])}</td>'
            f'<td class="num small">{share_text(row["records"] / total if row["grade"] != "E" else None)}</td></tr>'
            for row in told
        )
        blocks.append(f"<section><h3>{escape(field_label(field))}</h3><table><tbody>{rows}</tbody></table></section>")
    return f'<div class="reasons">{"".join(blocks)}</div>' if blocks else _nothing()


def _nothing() -> str:
    return f'<p class="empty">{escape(say("Nothing to show."))}</p>'


def render_page(figures: Mapping[str, Any]) -> str:
    """Return the page, in the reader's language (`chaland.language`)."""
    records = figures["records"]
    lede = say(
        "{rows} rows received, {records} records once superseded versions are set aside, "
        "{keys} keys known from facts only.",
        rows=count_text(records["rows_received"]),
        records=count_text(records["described"]),
        keys=count_text(records["key_only"]),
    )
    heading = say("Quality of the customer file — {title}", title=figures["title"])
    texts = {
        "lang": current_language(),
        "heading": escape(heading),
        "lede": escape(say("Situation on {day}.", day=day_text(date.fromisoformat(figures["as_of"]))) + " " + lede),
        "tiles_label": escape(say("Main figures")),
        "grades_title": escape(say("What each field is worth")),
        "grades_note": escape(
            say("Every field of every record gets a grade and its reason. Usable: A, B or C among the values received.")
        ),
        "statuses_title": escape(say("Postal addresses")),
        "statuses_note": escape(
            say(
                "Checked against communes, postcodes and CEDEX of the whole country. "
                "V0 to V2 may be mailed; V3 is to be checked."
            )
        ),
        "reach_title": escape(say("Who can be reached")),
        "reach_note": escape(say("Records with a usable address or number, before consents and lists.")),
        "history_title": escape(say("Since the last load")),
        "history_note": escape(say("The same figures at each load, and what changed.")),
        "sources_title": escape(say("By source")),
        "sources_note": escape(say("Share of usable values, and the grades below it.")),
        "samples_title": escape(say("Before, after")),
        "samples_note": escape(say("One real case of each kind of change, the best repairs first.")),
        "reasons_title": escape(say("Why")),
        "reasons_note": escape(say("Commonest reasons, by field, with their share of the values received.")),
        "doubtful_title": escape(say("To be settled by a person")),
        "doubtful_note": escape(say("Cases where two answers are close, or where two fields contradict each other.")),
        "footer": escape(
            say(
                "This page names customers: keep it as you keep the customer file. "
                "Made by chaland; the same figures are in the JSON beside it."
            )
        ),
    }
    parts = {
        "css": files("chaland.clean").joinpath("page.css").read_text(encoding="utf-8"),
        "logo": _LOGO,
        "tiles": _tiles(figures),
        "legend": _legend(),
        "grades": _grades(figures),
        "statuses": _statuses(figures),
        "reach": _reach(figures),
        "sources": _sources(figures),
        "samples": _samples(figures["samples"]),
        "reasons": _reasons(figures),
        "doubtful": _samples(figures["doubtful"], decide=True),
        "letters": _letters(figures),
        "history": history_chart(figures["history"]),
    }
    template = Template(files("chaland.clean").joinpath("page.html").read_text(encoding="utf-8"))
    return template.substitute(texts | parts)
