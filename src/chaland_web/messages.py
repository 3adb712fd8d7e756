"""The French sentences of the application: a catalogue per part (`PART/locale/fr/LC_MESSAGES/django.po`) and one for
what they share (`locale/…`), and each django.mo made from it.

Sentences are written in English in the code and the templates. `python -m chaland_web.messages [PART …]` reads every
one of them, adds those that django.po lacks (empty), takes out those no longer said, and compiles django.mo. No msgfmt
and no xgettext are needed, so it runs wherever chaland does; a test fails when a sentence is missing or django.mo is
stale.
"""

from __future__ import annotations

import ast
import gettext
import re
import struct
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
SHARED = ""
PARTS = (SHARED, *sorted(path.parent.name for path in HERE.glob("*/urls.py")))
"""The parts of the application, each with its own catalogue; what none of them says alone is in the shared one."""

_FUNCTIONS = {"_", "gettext", "gettext_lazy", "ngettext", "pgettext", "pgettext_lazy"}
_TRANSLATE = re.compile(r"""\{%-?\s*translate\s+("[^"]*"|'[^']*')""")
_INLINE = re.compile(r"""_\(("[^"]*"|'[^']*')\)""")
_BLOCK = re.compile(r"\{%\s*blocktranslate\b([^%]*)%\}(.*?)\{%\s*endblocktranslate\s*%\}", re.DOTALL)
_PLURAL = re.compile(r"\{%\s*plural\s*%\}")
_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


class Message(NamedTuple):
    """One sentence: its context ("" for none), its English text, its English plural ("" for none)."""

    context: str
    text: str
    plural: str


def _block_text(text: str) -> str:
    lines = [line.strip() for line in text.strip().splitlines()]
    return _VARIABLE.sub(r"%(\1)s", " ".join(lines).replace("%", "%%")).replace("%%(", "%(")


def template_messages(text: str) -> Iterator[Message]:
    """Give the sentences of a template.

    >>> block = "{% blocktranslate count n=x %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}"
    >>> [tuple(message) for message in template_messages("{% translate 'Sign in' %}" + block)]
    [('', 'Sign in', ''), ('', '%(n)s day', '%(n)s days')]
    """
    for pattern in (_TRANSLATE, _INLINE):
        for match in pattern.finditer(text):
            yield Message("", match.group(1)[1:-1].replace("%", "%%"), "")
    for match in _BLOCK.finditer(text):
        singular, *plural = _PLURAL.split(match.group(2))
        yield Message("", _block_text(singular), _block_text(plural[0]) if plural else "")


def code_messages(text: str) -> Iterator[Message]:
    """Give the sentences of a Python module.

    >>> list(code_messages("a = _('Yes'); b = pgettext_lazy('case', 'Open')"))
    [Message(context='', text='Yes', plural=''), Message(context='case', text='Open', plural='')]
    """
    for node in ast.walk(ast.parse(text)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _FUNCTIONS):
            continue
        words = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        if node.func.id.startswith("pgettext") and len(words) == 2:
            yield Message(words[0], words[1], "")
        elif node.func.id == "ngettext" and len(words) == 2:
            yield Message("", words[0], words[1])
        elif words:
            yield Message("", words[0], "")


def catalogue(part: str) -> Path:
    """Return the django.po of a part."""
    return HERE / part / "locale" / "fr" / "LC_MESSAGES" / "django.po"


def _part_of(folders: tuple[str, ...]) -> str:
    return folders[0] if folders and folders[0] in PARTS else SHARED


def messages_said() -> dict[str, list[Message]]:
    """Return every sentence by part, in order of file. What is shared is said by no part again."""
    found: dict[str, dict[Message, None]] = {part: {} for part in PARTS}
    for path in sorted(HERE.rglob("*.py")):
        if path != Path(__file__).resolve():
            part = _part_of(path.relative_to(HERE).parent.parts)
            found[part].update(dict.fromkeys(code_messages(path.read_text(encoding="utf-8"))))
    templates = HERE / "templates"
    for path in sorted((*templates.rglob("*.html"), *templates.rglob("*.txt"))):
        part = _part_of(path.relative_to(templates).parent.parts)
        found[part].update(dict.fromkeys(template_messages(path.read_text(encoding="utf-8"))))
    shared = found[SHARED]
    return {part: [one for one in said if part == SHARED or one not in shared] for part, said in found.items()}


# django.po -----------------------------------------------------------------------------------------


def _unquoted(line: str) -> str:
    value: str = ast.literal_eval(line[line.index('"') :])
    return value


def read_po(text: str) -> dict[Message, tuple[str, ...]]:
    """Return the French of each sentence: one text, or singular and plural.

    >>> read_po('msgid "Yes"\\nmsgstr "Oui"\\n')
    {Message(context='', text='Yes', plural=''): ('Oui',)}
    """
    found: dict[Message, tuple[str, ...]] = {}
    for block in re.split(r"\n\s*\n", text.strip()):
        parts: dict[str, str] = {}
        key = ""
        for line in block.splitlines():
            if line.startswith("#") or not line.strip():
                continue
            if not line.startswith('"'):
                key = line.split(" ", 1)[0]
                parts[key] = ""
            parts[key] += _unquoted(line)
        if "msgid" in parts:
            message = Message(parts.get("msgctxt", ""), parts["msgid"], parts.get("msgid_plural", ""))
            found[message] = tuple(parts[name] for name in ("msgstr", "msgstr[0]", "msgstr[1]") if name in parts)
    return found


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def write_po(entries: dict[Message, tuple[str, ...]]) -> str:
    """Return the text of a .po file; the header is the entry of the empty sentence."""
    blocks = []
    for message, french in entries.items():
        lines = [f"msgctxt {_quoted(message.context)}"] if message.context else []
        lines.append(f"msgid {_quoted(message.text)}")
        if message.plural:
            lines.append(f"msgid_plural {_quoted(message.plural)}")
            lines += [f"msgstr[{rank}] {_quoted(text)}" for rank, text in enumerate(french)]
        else:
            lines.append(f"msgstr {_quoted(french[0])}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


# django.mo -----------------------------------------------------------------------------------------


def compiled(entries: dict[Message, tuple[str, ...]]) -> bytes:
    """Return the .mo file of the entries, as `gettext` reads it; sentences without French are left out."""
    pairs: list[tuple[bytes, bytes]] = []
    for message, french in entries.items():
        if not all(french):
            continue
        key = message.text + ("\0" + message.plural if message.plural else "")
        key = f"{message.context}\x04{key}" if message.context else key
        pairs.append((key.encode(), "\0".join(french).encode()))
    pairs.sort()
    count = len(pairs)
    offset = 28 + 16 * count
    keys, texts, body = b"", b"", b""
    for key_bytes, _ in pairs:
        keys += struct.pack("<II", len(key_bytes), offset + len(body))
        body += key_bytes + b"\0"
    for _, text_bytes in pairs:
        texts += struct.pack("<II", len(text_bytes), offset + len(body))
        body += text_bytes + b"\0"
    return struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, 0) + keys + texts + body


_HEADER = Message("", "", "")


def written(part: str) -> dict[Message, tuple[str, ...]]:
    """Return the entries of a part's django.po; nothing when it has none yet."""
    path = catalogue(part)
    return read_po(path.read_text(encoding="utf-8")) if path.exists() else {}


def updated(part: str) -> dict[Message, tuple[str, ...]]:
    """Return django.po of a part as it should be: its header, then every sentence said, with its French or nothing.

    The French of a sentence that another part already says is taken from there.
    """
    known: dict[Message, tuple[str, ...]] = {}
    for one in (*PARTS, part):
        known |= {message: french for message, french in written(one).items() if all(french)}
    return {_HEADER: known[_HEADER]} | {
        message: known.get(message, ("", "") if message.plural else ("",)) for message in messages_said()[part]
    }


def main(parts: Sequence[str]) -> int:
    """Bring the catalogues of these parts (all when none is named) up to date and compile them.

    Returns how many sentences wait for their French.
    """
    waiting = []
    for part, entries in {part: updated(part) for part in parts or PARTS}.items():
        path = catalogue(part)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(write_po(entries), encoding="utf-8")
        path.with_suffix(".mo").write_bytes(compiled(entries))
        with path.with_suffix(".mo").open("rb") as opened:
            gettext.GNUTranslations(opened)
        waiting += [
            f"{part or 'shared'}: no French: {message.text}\n" for message in entries if not all(entries[message])
        ]
    sys.stderr.writelines(waiting)
    return len(waiting)


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
