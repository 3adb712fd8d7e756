"""`chaland ask`: the pairs of records most worth a steward's look, as a file he fills in, and his answers back."""

from __future__ import annotations

import csv
import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from chaland.cli import as_json_option
from chaland.cli.figures import figure
from chaland.cli.status import FOLDER, print_json
from chaland.config import load_settings
from chaland.engine.disk import disk_errors
from chaland.engine.spreadsheet import shown_text
from chaland.errors import ConfigError, SourceError
from chaland.language import say
from chaland.publish import CurrentSnapshot, Reader
from chaland.publish.queue import Question, SideRecord, pair, questions
from chaland.publish.steward import keep_decision

WORDS = {
    **dict.fromkeys(("same", "oui", "o", "yes", "y"), "same"),
    **dict.fromkeys(("apart", "non", "n", "no"), "apart"),
    **dict.fromkeys(("unsure", "?"), "unsure"),
}
"""What may be written in the column `decision`, and what it means."""
HEAD = ("rank", "decision", "record_id_l", "record_id_r", "match_probability", "is_linked", "expected_gain", "related")
SHOWN = ("name", "birth_date", "address", "phone", "mobile", "email", "card_number", "source", "recorded_at")


@click.command(name="ask", help=say("Write the pairs of records most worth a steward's look, or read his answers."))
@click.argument("folder", type=FOLDER, default=".")
@click.option("--count", default=100, type=click.IntRange(1, 1_000), help=say("Questions at most."))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("questions.csv"),
    show_default=True,
    help=say("File to write."),
)
@click.option(
    "--answers",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
    help=say("That file, its column `decision` filled in: same (oui), apart (non) or unsure (?)."),
)
@click.option("--by", default="", help=say("Who decides; the account's name by default."))
@as_json_option
def ask_command(folder: Path, count: int, out: Path, answers: Path | None, by: str, as_json: bool) -> None:
    """Write the questions of the base in FOLDER, or keep the answers: the next build obeys them."""
    load_settings(folder)
    if answers is not None:
        kept = _keep(folder, answers, by or getpass.getuser())
        _tell({"answers": kept}, say("Answers kept: {count}; the next build obeys them.", count=figure(kept)), as_json)
        return
    with _reader(folder) as reader, disk_errors(out.parent, left=say("{file} was not written.", file=out)):
        asked = questions(reader)[:count]
        with out.open("w", encoding="utf-8-sig", newline="") as opened:
            writer = csv.writer(opened, delimiter=";")
            writer.writerow((*HEAD, *(f"{name}_{side}" for name in SHOWN for side in "lr")))
            writer.writerows(_row(reader, question) for question in asked)
    _tell(
        {"questions": len(asked), "file": str(out)},
        say("Questions: {count}, in {file}. Fill in the column `decision`, then:", count=figure(len(asked)), file=out)
        + f"\nchaland ask {folder} --answers {out}",
        as_json,
    )


def _tell(facts: dict[str, object], sentence: str, as_json: bool) -> None:
    if as_json:
        print_json(facts)
    else:
        click.echo(sentence)


@contextmanager
def _reader(folder: Path) -> Iterator[Reader]:
    current = CurrentSnapshot(folder)
    try:
        with current.pinned() as snapshot, snapshot.reader() as reader:
            yield reader
    finally:
        current.close()


def _row(reader: Reader, question: Question) -> list[object]:
    """Return a question with what both records say, side by side."""
    both = pair(reader, question.record_id_l, question.record_id_r)
    cells: list[object] = [
        question.rank,
        "",
        shown_text(question.record_id_l),
        shown_text(question.record_id_r),
        round(question.match_probability, 3),
        question.is_linked,
        round(question.expected_gain, 2),
        question.related,
    ]
    if both is None:
        return cells
    said = [_said(side.record) for side in both.sides]
    return [*cells, *(shown_text(side[name]) for name in SHOWN for side in said)]


def _said(record: SideRecord) -> dict[str, str]:
    """Return what a record says, one text a field of SHOWN."""
    name = (record.civility, record.first_name, record.last_name, record.organisation)
    lines = (f"address_line_{number}" for number in range(2, 7))
    address = (getattr(record, line) for line in lines)
    plain = {field: getattr(record, field) for field in SHOWN if field not in ("name", "address")}
    given = {"name": " ".join(part for part in name if part), "address": ", ".join(part for part in address if part)}
    return {field: str({**plain, **given}[field] or "") for field in SHOWN}


def _keep(folder: Path, path: Path, by: str) -> int:
    """Keep the answers of a file, all or none of those that can be read; return how many.

    Raises:
        ConfigError: a decision is no known word; the lines are told, never what they hold.
        SourceError: the file is no table with the columns that questions have.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as opened:
            dialect = ";" if ";" in opened.readline() else ","
            opened.seek(0)
            rows = list(csv.DictReader(opened, delimiter=dialect))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceError(say("{file} cannot be read.", file=path)) from error
    wanted = ("record_id_l", "record_id_r", "decision")
    if rows and not set(wanted) <= set(rows[0]):
        raise SourceError(
            say("{file}: expected the columns {columns}.", file=path, columns=", ".join(wanted)),
            next_step=say("Fill in the file that chaland ask wrote."),
        )
    answered = [(line, row) for line, row in enumerate(rows, start=2) if (row["decision"] or "").strip()]
    wrong = [line for line, row in answered if row["decision"].strip().casefold() not in WORDS]
    if wrong:
        raise ConfigError.of(
            [say("line {line}: expected same (oui), apart (non) or unsure (?).", line=line) for line in wrong]
        )
    now = datetime.now(UTC)
    for _, row in answered:
        records = [row[name].removeprefix("'") for name in ("record_id_l", "record_id_r")]
        word = WORDS[row["decision"].strip().casefold()]
        keep_decision(folder, records, word, by=by, reason="chaland ask", now=now)
    return len(answered)
