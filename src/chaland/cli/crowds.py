"""What too many records share to be told by it, in sentences: `chaland build`, `status` and `dedupe` say the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from chaland.cli.figures import figure
from chaland.language import say


def tell_crowds(facts: Mapping[str, Any]) -> None:
    """Print a sentence a shape.

    Args:
        facts: shared_contacts, crowded_names and crowded_houses; those that an older snapshot lacks are not told.
    """
    for shape in facts.get("shared_contacts", []):
        _warn(
            say(
                "Shared by too many names, set aside: {contacts} contacts like {shape}, on {records} records.",
                contacts=figure(shape["contacts"]),
                shape=shape["shape"],
                records=figure(shape["records"]),
            )
        )
    for shape in facts.get("crowded_names", []):
        _warn(
            say(
                "Too common to tell anybody: {values} names like {shape}, on {records} records.",
                values=figure(shape["values"]),
                shape=shape["shape"],
                records=figure(shape["records"]),
            )
        )
    for shape in facts.get("crowded_houses", []):
        _warn(
            say(
                "Too many people to be a home: {values} addresses like {shape}, on {records} records.",
                values=figure(shape["values"]),
                shape=shape["shape"],
                records=figure(shape["records"]),
            )
        )


def _warn(sentence: str) -> None:
    click.secho(sentence, fg="yellow")
