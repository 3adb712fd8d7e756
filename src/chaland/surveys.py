"""Any file of survey answers opened for the study of satisfaction: without a base of one's own.

Reads any file `chaland build` reads; gives base.surveys and base.survey_ratings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from chaland.engine import Engine
from chaland.engine.duckdb import quoted, sql_text
from chaland.engine.text import literal, select
from chaland.errors import ConfigError, SourceError
from chaland.ingest import read_table
from chaland.ingest.vocabulary import columns_by_name, vocabulary
from chaland.language import say
from chaland.progress import Reporter
from chaland.tables import base
from chaland.tickets import date_writings

FIELDS = {
    "recommendation": "recommendation_0_10",
    "satisfaction": "satisfaction_1_5",
    "answered": "answered_at",
    "customer": "person_key",
    "shop": "shop_key",
    "comment": "comment",
    "survey": "survey_key",
}
"""What a column of a survey can be → its name in the vocabulary."""
_SAMPLE = 500


@dataclass(frozen=True)
class Surveys:
    """What was read: columns by field, the last day answered, answers, and those whose day cannot be read."""

    columns: Mapping[str, str]
    as_of: date
    answers: int
    unread: int


def guess_survey_columns(names: Sequence[str], given: Mapping[str, str], taken: Sequence[str] = ()) -> dict[str, str]:
    """Return field → column: those given, then the column whose name says best what it is and nothing uses yet.

    >>> guess_survey_columns(["Client", "Date réponse", "NPS"], {})
    {'recommendation': 'NPS', 'answered': 'Date réponse', 'customer': 'Client'}
    """
    words, who = vocabulary()["surveys"], [*vocabulary()["person"]["person_key"], "customer", "client"]
    return columns_by_name(names, {name: words.get(known) or who for name, known in FIELDS.items()}, given, taken)


def read_surveys(
    engine: Engine, path: Path, *, given: Mapping[str, str], aspects: Sequence[str] = (), reporter: Reporter
) -> Surveys:
    """Fill base.surveys and base.survey_ratings from one file.

    Args:
        given: field → column, as the user named them; the others are guessed by their names.
        aspects: columns of ratings, besides the whole.

    Raises:
        ConfigError: a column is missing, or nothing tells the marks or the day.
        SourceError: no answer's day can be read.
    """
    engine.execute("create schema if not exists work")
    engine.execute(sql_text("chaland.ingest", "macros.sql"))
    with reporter.step("surveys.read") as step:
        names = read_table(path, engine).columns
        missing = [column for column in (*given.values(), *aspects) if column not in names]
        if missing:
            raise ConfigError.of(
                [say("{file}: no column {column}.", file=path.name, column=name) for name in missing],
                next_step=say("Its columns are: {columns}.", columns=", ".join(names)),
            )
        columns = guess_survey_columns(names, given, aspects)
        wanted = [] if {"recommendation", "satisfaction"} & set(columns) else ["--recommendation", "--satisfaction"]
        wanted += [] if "answered" in columns else ["--date"]
        if wanted:
            raise ConfigError.of(
                [say("{file}: nothing tells which column is {option}.", file=path.name, option=" / ".join(wanted))],
                next_step=say("Its columns are: {columns}.", columns=", ".join(names)),
            )
        texts = [
            f"{quoted(columns[name]) if name in columns else 'null'}::varchar as {quoted(name)}" for name in FIELDS
        ]
        engine.execute(
            "create or replace table work.survey_texts as\n" + select([*texts, '"_line" as line'], "landing.input")
        )
        sample = engine.rows(
            "select distinct trim(answered) from work.survey_texts where answered is not null order by 1 limit $sample",
            {"sample": _SAMPLE},
        )
        writings = date_writings([text for (text,) in sample])
        engine.fill(base.SURVEYS, "chaland", "surveys_read.sql", writings=writings)
        answers, rows = engine.count(base.SURVEYS), engine.count("work.survey_texts")
        if not answers:
            raise SourceError(
                say("{files}: no row can be read; rows refused: {rejects}.", files=path.name, rejects=rows)
            )
        _fill_ratings(engine, aspects)
        engine.execute("drop table work.survey_texts")
        step.note(answers=answers, unread=rows - answers)
    as_of = engine.value("select max(answered_at)::date from base.surveys")
    return Surveys(columns, as_of, answers, rows - answers)


def _fill_ratings(engine: Engine, aspects: Sequence[str]) -> None:
    engine.create(base.SURVEY_RATINGS)
    for aspect in dict.fromkeys(aspects):
        mark = f"try_cast(ingest_number_any({quoted(aspect)}::varchar) as double)"
        columns = ["'file:' || \"_line\"::varchar as survey_id", f"{literal(aspect)} as aspect", f"{mark} as rating"]
        engine.insert(base.SURVEY_RATINGS, select(columns, "landing.input", f"{mark} is not null"))
