"""Every sentence said to a user has its French, and no French sentence is left over or broken."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

from chaland.language import french_catalogue

SOURCE = Path(__file__).resolve().parents[2] / "src" / "chaland"


def said_templates() -> Iterator[tuple[str, str]]:
    """Yield every literal template given to `say`, with its file."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say":
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value, str(path.relative_to(SOURCE))


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_every_sentence_has_its_french() -> None:
    french = french_catalogue()
    missing = {f"{file}: {template}" for template, file in said_templates() if template not in french}
    assert missing == set()


def test_french_sentences_fill_the_same_values() -> None:
    wrong = {english for english, french in french_catalogue().items() if placeholders(english) != placeholders(french)}
    assert wrong == set()
