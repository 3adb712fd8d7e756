"""What SQL folds and brings to keys for the cards is what Python makes of what is typed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chaland.engine import Engine
from chaland.engine.duckdb import sql_text
from chaland.publish.cards import fold_texts, key_rows, once
from chaland.publish.keys import folded

TEXTS = st.lists(
    st.text(st.sampled_from("aAzZ09 -'’.&/@_+\t\nÉéŒœçßıİ\u0301½") | st.characters(codec="utf-8"), max_size=12),
    max_size=30,
)
VALUES = st.lists(
    st.tuples(
        st.sampled_from(["phone", "email", "card", "id", "project", "case"]),
        st.from_regex(r"\+(33|262|594|32|330)[0-9]{0,9}", fullmatch=True)
        | st.text(st.sampled_from("aZ09 -_.@:É½٣"), max_size=8),
    ),
    max_size=30,
)
SHARED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine(threads=1) as opened:
        opened.execute("create temp table search_texts (card bigint, field varchar, text varchar)")
        opened.execute("create temp table search_values (kind varchar, value varchar, card bigint)")
        yield opened


@SHARED
@given(TEXTS)
def test_the_words_of_a_text_are_those_that_python_folds(engine: Engine, texts: list[str]) -> None:
    engine.execute("delete from search_texts")
    for card, text in enumerate(texts):
        engine.execute("insert into search_texts values ($card, 'names', $text)", {"card": card, "text": text})
    fold_texts(engine)
    found = engine.rows("select array_to_string(words, ' ') from search_words order by card")
    assert [words for (words,) in found] == [once(folded(text)) for text in texts]


@SHARED
@given(VALUES)
def test_the_keys_of_a_value_are_those_that_python_makes(engine: Engine, values: list[tuple[str, str]]) -> None:
    engine.execute("delete from search_values")
    for card, (kind, value) in enumerate(values):
        asked = {"kind": kind, "value": value, "card": card}
        engine.execute("insert into search_values values ($kind, $value, $card)", asked)
    made, others = (
        engine.rows(sql_text("chaland.publish", f"sql/{file}")) for file in ("card_keys.sql", "card_values_other.sql")
    )
    expected = set(key_rows([(kind, value, card) for card, (kind, value) in enumerate(values)]))
    assert {*made, *key_rows(others)} == expected
    assert made == sorted(set(made))
