"""Addresses outside France: the country told from a word or the shape of a postcode, the lines as that country writes.

A country with `countries/<code>/rules.toml` is taken apart and written after its rules; any other is kept as given, in
capitals. Either way the last line is the country's French name, as Universal Postal Union mail from France has it.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from chaland.clean.dictionaries import known_countries, load_country, load_data
from chaland.clean.text import fold, unaccented

WIDTH = 38
_CUT = re.compile(r"[,;|\n]+|\s[-–—]\s")
_SPACES = re.compile(r"\s+")
_NUMBER = r"[1-9]\d{0,3} ?(?:BIS|TER|[A-Z])?(?:[-/]\d{1,4}[A-Z]?)?"


_OWN_NUMBER = re.compile(r"[1-9]\d{0,5} ?(?:BIS|TER|[A-Z])?(?: \d{1,4} ?[A-Z]?)?")
"""A folded number's own field; anything else there opens the street."""


class Abroad(NamedTuple):
    """A foreign address: its parts, its lines from the second to the sixth, what its rules say of it.

    `reason` is foreign (kept as given), foreign_formatted (written after the country's rules), foreign_postcode (the
    postcode is none of that country's, or not that of its town), or foreign_incomplete.
    """

    number: str
    extension: str
    street: str
    complement: str
    postcode: str
    city: str
    lines: tuple[str, str, str, str, str]
    reason: str


@cache
def _codes() -> re.Pattern[str]:
    """Return one pattern of every foreign postcode, a group a country; prefixes first."""
    data = load_data("countries")
    letters = "|".join(sorted(data["prefixes"], key=lambda one: (-len(one), one)))
    shapes = "|".join(f"(?P<{code}>{shape})" for code, shape in data["postcodes"].items())
    return re.compile(rf"(?<!\w)(?P<prefix>{letters})-\d{{4,5}}(?!\d)|{shapes}")


def country_of_code(text: str) -> str:
    """Return the country a postcode of the text is of, by its prefix or its shape; "" when it may be French.

    >>> country_of_code("Rue Haute 12, B-1000 Bruxelles"), country_of_code("10 Downing Street, London SW1A 2AA")
    ('BE', 'GB')
    >>> country_of_code("12 rue Haute 59000 Lille")
    ''
    """
    found = _codes().search(unaccented(text))
    if not found or not found.lastgroup:
        return ""
    return str(load_data("countries")["prefixes"][found["prefix"]]) if found["prefix"] else found.lastgroup


@cache
def _known_towns() -> tuple[tuple[str, str, str], ...]:
    """Return folded writing, country and pattern of its postcodes for the towns that rules name."""
    found = []
    for country in known_countries():
        rules = load_country(country, "rules")
        for town, others in rules.get("towns", {}).items():
            codes = rules.get("town_postcodes", {}).get(town, rules["postcode"])
            found += [(fold(name), country, codes) for name in (town, *others)]
    return tuple(sorted(found))


def country_of_town(postcode: str, city: str, text: str) -> str:
    """Return the country that has this town under this postcode, "" when none is known to.

    >>> country_of_town("1000", "Bruxelles", ""), country_of_town("", "", "rue du Rhône 12, 1204 Genève")
    ('BE', 'CH')
    """
    key = f" {fold(f'{text} {postcode} {city}')} "
    found = {
        country
        for town, country, codes in _known_towns()
        if f" {town} " in key and re.search(rf" (?:{codes}) {town} ", key)
    }
    return found.pop() if len(found) == 1 else ""


@cache
def last_line(country: str) -> str:
    """Return the country's name as the last line of an address sent from France.

    >>> last_line("BE"), last_line("US"), last_line("ZZ")
    ('BELGIQUE', 'ETATS UNIS', 'ZZ')
    """
    names = load_data("countries")["names"].get(country) or [country]
    return fold(str(load_country(country, "rules").get("last_line", names[0]) if country else ""))


@cache
def _types(country: str) -> dict[str, str]:
    types: dict[str, list[str]] = load_country(country, "rules").get("types", {})
    return {written: full for full, others in types.items() for written in (full, *others)}


@lru_cache(maxsize=20_000)
def _town(country: str, city: str) -> str:
    key = fold(city)
    for town, others in load_country(country, "rules").get("towns", {}).items():
        if key == town or key in others:
            return str(town)
    return key


def abroad(
    country: str, fields: list[str], number: str, street: str, complement: str, postcode: str, city: str, said: str
) -> Abroad:
    """Return a foreign address.

    Args:
        country: its ISO code, "" when a country is said that nobody knows.
        fields: pieces of a free text, in order, without the country.
        number, street, complement, postcode, city: what the columns say.
        said: the country as written, for the last line when its code is unknown.

    >>> abroad("BE", ["12 rue Haute bte 3", "1000 Brussel"], "", "", "", "", "", "").lines
    ('', '', 'RUE HAUTE 12 BTE 3', '1000 BRUXELLES', 'BELGIQUE')
    >>> abroad("GB", ["10 Downing Street", "London SW1A 2AA"], "", "", "", "", "", "").lines
    ('', '', '10 DOWNING STREET', 'LONDON SW1A 2AA', 'ROYAUME UNI')
    """
    rules = load_country(country, "rules") if country else {}
    pieces = [piece.strip() for text in fields for piece in _CUT.split(text) if piece.strip()]
    end = last_line(country) or fold(said)
    if not _OWN_NUMBER.fullmatch(fold(number)):
        number, street = "", f"{number} {street}".strip()
    if rules:
        return _by_rules(country, pieces, number, street, complement, postcode, city, end)
    rows = [
        _capitals(text) for text in (complement, f"{number} {street}", *pieces, f"{postcode} {city}") if text.strip()
    ]
    line = _capitals(f"{number} {street}") or (_capitals(pieces[0]) if pieces else "")
    digits, words = (fold(number), fold(street)) if number else _numbered(fold(line))
    return Abroad(digits, "", words, fold(complement), postcode.upper(), city, (*_rows(rows), end), "foreign")


def _capitals(text: str) -> str:
    """Return a line in capitals, without accents nor the letters of a country before a postcode."""
    return re.sub(r"(?<!\w)[A-Z]{1,3}-(?=\d{4,5}\b)", "", _SPACES.sub(" ", unaccented(text)).strip(" ,;-"))


def _rows(rows: list[str]) -> tuple[str, str, str, str]:
    """Return lines 2 to 5, the last row on line 5; too long a row takes two, too many are joined."""
    held: list[str] = []
    for row in rows:
        while len(row) > WIDTH and " " in row[: WIDTH + 1]:
            cut = row.rindex(" ", 0, WIDTH + 1)
            held.append(row[:cut])
            row = row[cut + 1 :]
        held.append(row[:WIDTH])
    while len(held) > 4:
        shortest = min(range(len(held) - 1), key=lambda at: len(held[at]) + len(held[at + 1]))
        held[shortest : shortest + 2] = [f"{held[shortest]} {held[shortest + 1]}"[:WIDTH].strip()]
    first, second, third, fourth = [""] * (4 - len(held)) + held
    return first, second, third, fourth


def _by_rules(
    country: str, pieces: list[str], number: str, street: str, complement: str, postcode: str, city: str, end: str
) -> Abroad:
    rules = load_country(country, "rules")
    code = re.compile(rf"(?:^|(?<= ))(?:{country} |[BL] )?({rules['postcode']})(?= |$)")
    rest: list[str] = []
    for piece in (fold(one) for one in pieces):
        found = list(code.finditer(piece))
        if found and not postcode and (piece[found[-1].end() :].strip() or not city):
            postcode, city = found[-1].group(1), piece[found[-1].end() :].strip() or city
            piece = piece[: found[-1].start()].strip()
            if not city and not piece and rest:
                city = rest.pop()
        if piece:
            rest.append(piece)
    if postcode and not city and len(rest) > 1:
        city = rest.pop()
    postcode = re.sub(r"^[A-Z]+ ?", "", fold(postcode))
    town = _town(country, city)
    written = fold(street) or (rest.pop(0) if rest else "")
    box = _box(country, written)
    written, box_text = (
        (written[: box.start()].strip(), f"BTE {box.group(2) or box.group(3)}") if box else (written, "")
    )
    digits, words = (fold(number), written) if number else _numbered(written)
    street_text = _full(country, words)
    order = (street_text, digits, box_text) if rules["number"] == "after" else (digits, street_text, box_text)
    fourth = " ".join(part for part in order if part)
    outside = " ".join([fold(complement), *rest]).strip()
    lines = ("", outside[:WIDTH].strip(), fourth[:WIDTH].strip(), f"{postcode} {town}".strip()[:WIDTH], end)
    bare = re.match(r"\d+", digits)
    return Abroad(
        bare.group() if bare else "",
        digits[bare.end() :].strip() if bare else "",
        street_text,
        ", ".join(part for part in (box_text, outside) if part),
        postcode,
        _display(city, town),
        lines,
        _judged(rules, postcode, town, street_text, max(map(len, (outside, fourth)))),
    )


def _judged(rules: dict[str, object], postcode: str, town: str, street: str, longest: int) -> str:
    if not (postcode and town and street):
        return "foreign_incomplete"
    codes = rules.get("town_postcodes", {})
    expected = codes.get(town) if isinstance(codes, dict) else None
    if not re.fullmatch(str(expected or rules["postcode"]), postcode):
        return "foreign_postcode"
    return "foreign_formatted" if longest <= WIDTH else "foreign"


def _display(city: str, town: str) -> str:
    """Return the town for display: as written when in both cases, else in capitals then small letters."""
    if city and city not in (city.upper(), city.lower()):
        return city
    return town.title()


def _box(country: str, text: str) -> re.Match[str] | None:
    words = [word for others in load_country(country, "rules").get("box", {}).values() for word in others]
    return re.search(rf"(?<=[0-9A-Z] )({'|'.join(words)})(?: ?(\d{{1,4}}[A-Z]?)| ([A-Z]))$", text) if words else None


def _numbered(text: str) -> tuple[str, str]:
    """Return number and street of a folded text, the number before or after."""
    before = re.match(rf"({_NUMBER})(?= [A-Z]{{2,}})", text)
    if before:
        return before.group(1).strip(), text[before.end() :].strip()
    after = re.search(rf"(?<=[A-Z] )({_NUMBER})$", text)
    return (after.group(1).strip(), text[: after.start()].strip()) if after else ("", text)


def _full(country: str, text: str) -> str:
    """Return a street with its type in full, first word or end of the last (Wetstraat, Wetstr)."""
    words = text.split()
    types = _types(country)
    if len(words) > 1:
        words[0] = types.get(words[0], words[0])
        words[-1] = types.get(words[-1], words[-1]) if len(words[-1]) > 2 else words[-1]
    if words:
        for short, full in load_country(country, "rules").get("endings", {}).items():
            if words[-1].endswith(short) and words[-1] not in types:
                words[-1] = words[-1].removesuffix(short) + full
    return " ".join(words)
