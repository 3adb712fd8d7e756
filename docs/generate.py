"""Write docs/reference/ from the code: commands, settings, tables, errors. `--check` fails when a page is stale.

Reads the contracts, the settings' help, the command line and the tree of exceptions; writes Markdown.
"""

from __future__ import annotations

import dataclasses
import inspect
import json
import os
import sys
from pathlib import Path

import click

REFERENCE = Path(__file__).parent / "reference"
os.environ["CHALAND_LANG"] = "en"

from chaland import config, errors, tables
from chaland.cli import COMMANDS, root
from chaland.segments.schema import segment_schema

NOTICE = "<!-- Written by docs/generate.py; edit the code, then `make docs`. -->\n"


def commands_page() -> str:
    parts = [
        "# Commands\n",
        NOTICE,
        "Exit codes: " + str(inspect.getdoc(sys.modules["chaland.cli"])).split("Exit codes: ")[1] + "\n",
    ]
    context = click.Context(root, info_name="chaland")
    for name in COMMANDS:
        command = root.get_command(context, name)
        if command is None:
            raise SystemExit(f"command {name} cannot be loaded")
        child = click.Context(command, info_name=name, parent=context, max_content_width=100, terminal_width=100)
        parts.append(f"## chaland {name}\n\n```\n{command.get_help(child)}\n```\n")
    return "\n".join(parts)


def settings_page() -> str:
    parts = ["# Settings of chaland.toml\n", NOTICE]
    for name, shape in {**config.SECTIONS, "sources.NAME": config.SourceSettings}.items():
        parts.append(f"## [{name}]\n\n{inspect.getdoc(shape)}\n\n| setting | default | meaning |\n|---|---|---|")
        for setting in dataclasses.fields(shape):
            if "help" in setting.metadata:
                default = config.default_of(setting)
                parts.append(f"| `{setting.name}` | `{default!r}` | {setting.metadata['help']} |")
        parts.append("")
    return "\n".join(parts)


def tables_page() -> str:
    parts = ["# Tables\n", NOTICE]
    modules = (tables.landing, tables.clean, tables.identity, tables.base)
    samples = tuple(tables.segments.SAMPLES.values())
    for module in (*modules, tables.insight, tables.insight_baskets, tables.insight_studies, tables.segments):
        schema = module.TABLES[0].schema
        further = {tables.insight_baskets: ", baskets", tables.insight_studies: ", further studies"}
        heading = schema + further.get(module, "")
        parts.append(f"## {heading}\n\n{inspect.getdoc(module)}\n")
        for table in module.TABLES:
            if table in samples:
                parts.append(
                    f"### {table.full_name}\n\nGrain: {table.grain}. Columns: the same, without customer_id.\n"
                )
                continue
            key = ", ".join(f"`{name}`" for name in table.key) or "none"
            parts.append(
                f"### {table.full_name}\n\nGrain: {table.grain}. Key: {key}.\n\n| column | type | null | meaning |\n|---|---|---|---|"
            )
            parts += [
                f"| `{column.name}` | {column.type} | {'yes' if column.nullable else 'no'} | {column.doc.replace('|', chr(92) + '|')} |"
                for column in table.columns
            ]
            parts.append("")
    return "\n".join(parts)


def errors_page() -> str:
    parts = [
        "# Errors\n",
        NOTICE,
        "```",
        inspect.getdoc(errors) or "",
        "```\n",
        "| error | exit code | meaning |",
        "|---|---|---|",
    ]
    for name, kind in vars(errors).items():
        if inspect.isclass(kind) and issubclass(kind, errors.ChalandError):
            first_line = (inspect.getdoc(kind) or "").splitlines()[0]
            parts.append(f"| `{name}` | {kind.exit_code} | {first_line} |")
    return "\n".join([*parts, ""])


def segment_schema_page() -> str:
    return json.dumps(segment_schema(), ensure_ascii=False, indent=1)


PAGES = {
    "commands.md": commands_page,
    "settings.md": settings_page,
    "tables.md": tables_page,
    "errors.md": errors_page,
    "segment.schema.json": segment_schema_page,
}


def main(check: bool) -> int:
    stale = []
    REFERENCE.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        path = REFERENCE / name
        text = page().rstrip() + "\n"
        if check and (not path.exists() or path.read_text(encoding="utf-8") != text):
            stale.append(f"docs/reference/{name}")
        elif not check:
            path.write_text(text, encoding="utf-8")
    if stale:
        print(f"stale: {', '.join(stale)}; run `make docs`", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
