"""`chaland explain`: why records are one person, or two; the story that the customer file's "origin" tab tells."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from chaland.cli import as_json_option
from chaland.cli.figures import figure
from chaland.config import load_settings
from chaland.errors import NotFoundError, StorageError
from chaland.identity.realtime import weighed_now
from chaland.language import say
from chaland.publish import CurrentSnapshot, Reader
from chaland.publish.customer_file import Link
from chaland.publish.story import Change, Explained, Model, Story, explained, story


@click.command("explain", help=say("Tell why records are one person, or two, and what would change it."))
@click.argument("base", type=click.Path(file_okay=False, path_type=Path), metavar="BASE")
@click.argument("a", metavar="A")
@click.argument("b", required=False, default="", metavar="[B]")
@as_json_option
def explain_command(base: Path, a: str, b: str, as_json: bool) -> None:
    """Run the command. A and B are customers, customers' old ids, or records (`system:number`)."""
    threshold = load_settings(base).identity.threshold
    least = math.log2(threshold / (1 - threshold))
    current = CurrentSnapshot(base)
    try:
        with current.pinned() as snapshot, snapshot.reader() as reader:
            one = _customer(reader, base, a)
            other = _customer(reader, base, b) if b else one
            told = _story(reader, snapshot.place, one, other, (a, b), least)
    finally:
        current.close()
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for line in _lines(told):
        click.echo(line)


def _customer(reader: Reader, base: Path, name: str) -> str:
    found = reader.customer_of(name)
    if not found:
        raise NotFoundError(
            say("{folder} knows no customer and no record of this id.", folder=base),
            next_step=say("Give a customer's id, an old one, or a record's: system:number."),
        )
    return found


def _story(reader: Reader, place: Path, one: str, other: str, names: tuple[str, str], least: float) -> dict[str, Any]:
    """Return what is to be told, as plain values."""
    model = Model(reader.identity_model())
    told: dict[str, Any] = {"customers": [one, other] if other != one else [one], "threshold_bits": least}
    if other != one:
        pairs = reader.links_between(one, other)
    else:
        pairs = [link for link in reader.links(one) if {link.record_id_l, link.record_id_r} == set(names)]
    told["is_weighed_now"] = not pairs and len(set(names) - {""}) == 2
    if told["is_weighed_now"]:
        pairs = _weighed_now(reader, place, (one, other), names)
    told["pairs"] = [_pair(told_pair, model.changes(told_pair.link, least)) for told_pair in explained(pairs)]
    told["stories"] = []
    for customer in told["customers"]:
        records = len(reader.records(customer))
        found = story(records, reader.links(customer), reader.links_between(customer), least)
        told["stories"].append({"customer_id": customer, "records": records, **_whole(found)})
    decisions = {
        (row.record_id_l, row.record_id_r): row for name in told["customers"] for row in reader.decisions_on(name)
    }
    told["decisions"] = [
        {
            "record_id_l": row.record_id_l,
            "record_id_r": row.record_id_r,
            "decision": row.decision,
            "outcome": row.outcome,
            "decided_at": row.decided_at.isoformat(),
        }
        for row in decisions.values()
    ]
    return told


def _weighed_now(reader: Reader, place: Path, customers: tuple[str, str], names: tuple[str, str]) -> list[Link]:
    """Return the evidence of records that no kept pair joins, by the base's model; none without an index."""
    sides = [
        [name] if ":" in name else [record.record_id for record in reader.records(customer)]
        for customer, name in zip(customers, names, strict=True)
    ]
    try:
        found = weighed_now(place, *sides)
    except (NotFoundError, StorageError):
        return []
    is_one = customers[0] == customers[1]
    return [
        Link(
            record_id_l=pair.record_id_l,
            record_id_r=pair.record_id_r,
            blocking_rule=pair.blocking_rule,
            match_weight=pair.match_weight,
            match_probability=pair.match_probability,
            is_linked=is_one,
            weights=pair.bits,
        )
        for pair in found
    ]


def _pair(told: Explained, changes: Iterable[Change] = ()) -> dict[str, Any]:
    link: Link = told.link
    return {
        "record_id_l": link.record_id_l,
        "record_id_r": link.record_id_r,
        "blocking_rule": link.blocking_rule,
        "match_weight": link.match_weight,
        "match_probability": link.match_probability,
        "is_linked": link.is_linked,
        "prior": link.prior_bits,
        "fields": dict(told.parts),
        "is_weakest": told.is_weakest,
        "changes": [
            {"field": change.field, "is_same": change.is_same, "bits": change.bits, "match_weight": change.match_weight}
            for change in changes
        ],
    }


def _whole(found: Story) -> dict[str, Any]:
    return {
        "holding": [_pair(one) for one in found.holding],
        "near": [_pair(one) for one in found.near],
        "linked_pairs": found.linked_pairs,
        "all_pairs": found.all_pairs,
    }


def _lines(told: dict[str, Any]) -> Iterable[str]:
    if told["is_weighed_now"] and told["pairs"]:
        yield say("No pair of their records was kept; weighed now by the model of the base:")
        if not any(pair["blocking_rule"] for pair in told["pairs"]):
            yield say("No blocking rule brings these records together: no run compares them.")
    elif len(told["customers"]) == 2 and not told["pairs"]:
        yield say("No pair of their records came near the threshold: nothing told them alike.")
    for pair in told["pairs"]:
        yield from _evidence(pair)
        for change in pair["changes"]:
            yield "    " + _change(change, is_linked=pair["is_linked"])
    for whole in told["stories"]:
        yield ""
        yield say("Customer {id}; records: {records}.", id=whole["customer_id"], records=figure(whole["records"]))
        if whole["holding"]:
            yield say(
                "Pairs that agree: {linked} of {all}. He is held, in the order in which his records joined, by:",
                linked=figure(whole["linked_pairs"]),
                all=figure(whole["all_pairs"]),
            )
        for pair in whole["holding"]:
            yield from _evidence(pair)
        if whole["near"]:
            yield say("Near the threshold:")
        for pair in whole["near"]:
            yield from _evidence(pair)
    if told["decisions"]:
        yield ""
        yield say("Decided by a steward:")
    for row in told["decisions"]:
        pair = f"{row['record_id_l']} · {row['record_id_r']}"
        yield f"  {pair}  {row['decision']}, {row['outcome']} ({row['decided_at'][:10]})"


def _evidence(pair: dict[str, Any]) -> Iterable[str]:
    state = say("joined") if pair["is_linked"] else say("apart")
    weakest = " · " + say("the weakest link") if pair["is_weakest"] else ""
    yield f"  {pair['record_id_l']} · {pair['record_id_r']}  {_bits(pair['match_weight'])}  {state}{weakest}"
    parts = [f"{say('before looking')} {_signed(pair['prior'])}"]
    parts += [f"{_field(name)} {_signed(bits)}" for name, bits in pair["fields"].items()]
    yield "    " + " ; ".join(parts)


def _field(name: str) -> str:
    names = {
        "first_name": say("first name"),
        "last_name": say("last name"),
        "sex": say("sex"),
        "birth_date": say("birth date"),
        "address": say("address"),
        "phone": say("telephone"),
        "email": say("e-mail"),
        "card": say("card"),
        "organisation": say("organisation"),
    }
    return names.get(name, name)


def _change(change: dict[str, Any], *, is_linked: bool) -> str:
    name, bits = _field(change["field"]), _bits(abs(change["bits"]))
    if is_linked:
        return say("Another {field} would take {bits} away and part them.", field=name, bits=bits)
    return say("The same {field} would add {bits} and join them.", field=name, bits=bits)


def _bits(value: float) -> str:
    return say("{count} bits", count=_decimal(value))


def _signed(value: float) -> str:
    return ("+" if value > 0 else "") + _decimal(value)


def _decimal(value: float) -> str:
    return figure(round(value, 1) + 0.0, 1)
