"""What each system wrote down of each person: the truth of that day, with the mess.

Reads `People` and `Records`; draws who suffers which mess (NumPy), takes the words by index (Arrow), and lets
`written.sql` spell them. Gives the WRITTEN columns, all text, one row per record in the order of `Records`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from chaland.demo.files import query
from chaland.demo.history import Array, History, stream
from chaland.demo.keys import landline_numbers, mobile_numbers
from chaland.demo.names import Names
from chaland.demo.people import CHILD, EMAIL_DOMAINS, PARTNER, People
from chaland.demo.places import Places, texts
from chaland.demo.presence import CARD, HELPLINE, INSTALLS, PROJECTS, SITE, SURVEYS, Records
from chaland.demo.rates import MessRates
from chaland.demo.spelling import mail_words, with_plain, with_short
from chaland.engine import Engine

WRITTEN = (
    "civility", "first_name", "last_name", "birth_name", "full_name", "birth_date", "street", "complement", "place",
    "postcode", "city", "address", "phone", "mobile", "email", "occupation",
    "consent_post", "consent_phone", "consent_sms", "consent_email",
)  # fmt: skip
"""Columns of what is written, text; null where the system knows nothing."""

OCCUPATIONS = (
    "retraité", "employé", "cadre", "ouvrier", "enseignant", "infirmier", "artisan", "œnologue", "maître d'œuvre",
    "étudiant", "technicien", "agriculteur", "commerçant", "sans profession", "ingénieur",
    "retraitée", "employée", "cadre", "ouvrière", "enseignante", "infirmière", "artisane", "œnologue",
    "maîtresse d'œuvre", "étudiante", "technicienne", "agricultrice", "commerçante", "sans profession", "ingénieure",
)  # fmt: skip
"""Men's, then women's."""


@dataclass(frozen=True)
class Habit:
    """How a system is filled in: share of records with each field, and of each writing (as is, capitals, small)."""

    birth_date: float = 0.0
    landline: float = 0.0
    mobile: float = 0.0
    email: float = 0.0
    street: float = 1.0
    town: float = 1.0
    occupation: float = 0.0
    consents: float = 0.0
    capitals: float = 0.0
    small: float = 0.0
    one_phone: bool = False


HABITS = {
    CARD: Habit(birth_date=0.88, landline=0.7, mobile=0.75, email=0.6, occupation=0.5, consents=0.95, capitals=0.6),
    SITE: Habit(birth_date=0.6, mobile=0.8, email=1.0, street=0.85, town=0.85, consents=1.0, capitals=0.06, small=0.14),
    SURVEYS: Habit(mobile=0.45, email=0.62, street=0.0, town=0.92, capitals=0.15, small=0.12, one_phone=True),
    HELPLINE: Habit(landline=0.5, mobile=0.9, email=0.4, street=0.45, town=0.75, capitals=0.5, one_phone=True),
    PROJECTS: Habit(landline=0.3, mobile=0.95, email=0.65, capitals=0.45, one_phone=True),
    INSTALLS: Habit(landline=0.3, mobile=0.95, email=0.25, capitals=0.55, one_phone=True),
}
LISTS = "externe"
"""Not a system of the retailer: what outside lists write of the persons they name."""
HABITS[LISTS] = Habit(birth_date=1.0, landline=0.6, mobile=0.8, email=0.5, capitals=0.7)
CHUNK = 200_000


def _words(dictionary: pa.Array, index: Array, shown: Array | None = None) -> pa.Array:
    """Return words by index; null where the index is negative or not shown."""
    hidden = index < 0 if shown is None else (index < 0) | ~shown
    return pa.DictionaryArray.from_arrays(pa.array(index.astype(np.int32), mask=hidden), dictionary)


def _kinds(draw: Array, share: float, kinds: int) -> Array:
    """Return 0, or 1 to `kinds` for the share of the uniform draws that fall under it."""
    scaled = np.floor(draw / share * kinds) + 1 if share else np.zeros(len(draw))
    made: Array = np.where(draw < share, scaled, 0).astype(np.int8)
    return made


class Scribe:
    """Writes down the records of the systems, `CHUNK` rows at a time."""

    def __init__(
        self, people: People, names: Names, places: Places, history: History, rates: MessRates, seed: int
    ) -> None:
        self.people, self.names, self.places, self.history = people, names, places, history
        self.rates, self.seed = rates, seed
        self.domains = pa.array(EMAIL_DOMAINS)
        self.jobs = pa.array(OCCUPATIONS)
        self.first, self.last = with_plain(names.first), with_plain(names.last)
        self.mail_first, self.mail_last = mail_words(names.first), mail_words(names.last)
        self.streets = with_plain(with_short(places.streets))
        self.cities = with_plain(places.places.column("city").combine_chunks())
        self.town = {
            name: places.places.column(name).combine_chunks()
            for name in ("postcode", "delivery_label", "cedex", "cedex_label")
        }
        self.is_village = places.places.column("is_village").to_numpy(zero_copy_only=False)
        self.zones = texts(places.shops, "zone")

    def write(self, engine: Engine, records: Records) -> Iterator[pa.Table]:
        """Yield the WRITTEN columns of the records, chunk by chunk."""
        rng = stream(self.seed, f"mess {records.system}")
        for start in range(0, records.count, CHUNK):
            part = Records(
                records.system,
                *(
                    getattr(records, name)[start : start + CHUNK]
                    for name in ("person", "opened_day", "written_day", "is_second")
                ),
            )
            yield query(engine, "written.sql", self.inputs(part, rng))

    def inputs(self, records: Records, rng: np.random.Generator) -> pa.Table:
        """Return the words and the mess of each record, as `written.sql` reads them."""
        is_plain = rng.random(records.count) < self.rates.lost_accents
        columns = {
            "has_lost_accents": pa.array(is_plain),
            **self._identity(records, is_plain, rng),
            **self._address(records, is_plain, rng),
            **self._contacts(records, rng),
        }
        return pa.table(columns)

    def _identity(self, records: Records, is_plain: Array, rng: np.random.Generator) -> dict[str, pa.Array]:
        people, rates, habit = self.people, self.rates, HABITS[records.system]
        who, count = records.person, records.count
        is_wife = people.birth_name[who] != people.last[who]
        is_married = records.written_day >= people.married_day[who]
        under_birth_name = is_wife & (~is_married | (rng.random(count) < rates.birth_name_used))
        last = np.where(under_birth_name, people.birth_name[who], people.last[who])
        second = np.where(under_birth_name, -1, people.second[who])
        short = self.names.nickname[people.first[who]]
        nicked = rng.random(count) < rates.nickname
        style = rng.random(count)
        has_birth_date = rng.random(count) < habit.birth_date
        born = people.born[who].astype(np.int32)
        partner = people.partner[who]
        in_couple = (partner >= 0) & ((people.role[who] == PARTNER) | (people.role[partner] == PARTNER))
        in_couple &= people.role[who] != CHILD
        plain_first, plain_last = len(self.names.first) * is_plain, len(self.names.last) * is_plain
        trades = len(self.jobs) // 2
        job = rng.integers(0, trades, count) + trades * people.is_woman[who]
        return {
            "civility": pa.array(np.where(people.is_woman[who], "Mme", "M.")),
            "first_name": _words(self.first, np.where(nicked & (short >= 0), short, people.first[who]) + plain_first),
            "last_name": _words(self.last, last + plain_last),
            "second_name": _words(self.last, second + plain_last, second >= 0),
            "birth_name": _words(self.last, people.birth_name[who] + plain_last, is_wife & (records.system == CARD)),
            "birth_date": pa.array(born, mask=~has_birth_date).cast(pa.date32()),
            "letter_case": pa.array(
                np.select([style < habit.capitals, style > 1 - habit.small], [1, 2], 0).astype(np.int8)
            ),
            "is_swapped": pa.array(rng.random(count) < rates.swapped_names),
            "is_initial": pa.array(rng.random(count) < rates.initial_only),
            "is_couple": pa.array(in_couple & (rng.random(count) < rates.couple_in_one_field)),
            "compound": pa.array(_kinds(rng.random(count), rates.broken_compound, 3)),
            "first_typo": pa.array(_kinds(rng.random(count), rates.typing_error, 4)),
            "last_typo": pa.array(_kinds(rng.random(count), rates.typing_error, 4)),
            "spot": pa.array(rng.random(count)),
            "name_order": pa.array(rng.integers(0, 3, count).astype(np.int8)),
            "false_name": pa.array(_kinds(rng.random(count), rates.placeholder_name, 4)),
            "false_birth_date": pa.array(_kinds(rng.random(count), rates.placeholder_birth_date, 2)),
            "occupation": _words(self.jobs, job, rng.random(count) < habit.occupation),
            **self._consents(records, rng),
        }

    def _consents(self, records: Records, rng: np.random.Generator) -> dict[str, pa.Array]:
        said = rng.random(records.count) < HABITS[records.system].consents
        made = {}
        for channel, yes in (("post", 0.82), ("phone", 0.38), ("sms", 0.42), ("email", 0.55)):
            answer = np.where(rng.random(records.count) < yes, "O", "N")
            made[f"consent_{channel}"] = pa.array(answer, mask=~said)
        return made

    def _address(self, records: Records, is_plain: Array, rng: np.random.Generator) -> dict[str, pa.Array]:
        people, rates, habit = self.people, self.rates, HABITS[records.system]
        count = records.count
        stale = rng.random(count) < rates.stale_address
        home = people.home(records.person, records.written_day, stale)
        place = people.home_place[home]
        has_street = rng.random(count) < habit.street
        has_town = has_street | (rng.random(count) < habit.town)
        town = {name: _words(words, place, has_town) for name, words in self.town.items()}
        is_short = rng.random(count) < rates.abbreviated_street
        label = people.home_street[home] + len(self.places.streets) * (is_short + 2 * is_plain.astype(np.int32))
        return {
            **town,
            "city": _words(self.cities, place + len(self.is_village) * is_plain, has_town),
            "is_village": pa.array(self.is_village[place]),
            "number": pa.array(people.home_number[home], mask=~has_street),
            "extension": pa.array(people.home_extension[home]),
            "street": _words(self.streets, label, has_street),
            "complement": pa.array(people.home_complement[home]),
            "street_typo": pa.array(_kinds(rng.random(count), rates.typing_error, 4)),
            "is_abbreviated": pa.array(is_short),
            "is_cedex": pa.array(rng.random(count) < rates.cedex),
            "town_style": pa.array((rng.random(count) < 0.5).astype(np.int8)),
        }

    def _contacts(self, records: Records, rng: np.random.Generator) -> dict[str, pa.Array]:
        people, rates, habit = self.people, self.rates, HABITS[records.system]
        who, count = records.person, records.count
        partner = people.partner[who]
        caller = np.where((partner >= 0) & (rng.random(count) < rates.shared_phone), partner, who)
        writer = np.where((partner >= 0) & (rng.random(count) < rates.shared_email), partner, who)
        writer = np.where(records.is_second, who, writer)
        house = people.household[who]
        has_mobile = people.has_mobile[caller] & (rng.random(count) < habit.mobile)
        has_landline = people.has_landline[house] & (rng.random(count) < habit.landline)
        if habit.one_phone:
            has_landline &= ~has_mobile
        zone = people.home_shop[people.home(who, records.written_day)]
        return {
            "mobile": pa.array(mobile_numbers(caller), mask=~has_mobile),
            "landline": pa.array(landline_numbers(house, self.zones, zone), mask=~has_landline),
            "phone_style": pa.array(rng.integers(0, 6, count).astype(np.int8)),
            "false_phone": pa.array(_kinds(rng.random(count), rates.placeholder_phone, 4)),
            "has_email": pa.array(rng.random(count) < habit.email),
            "mail_first": _words(self.mail_first, people.first[writer]),
            "mail_last": _words(self.mail_last, people.last[writer]),
            "email_domain": _words(self.domains, people.email_domain[writer].astype(np.int32)),
            "email_style": pa.array(people.email_style[writer]),
            "email_number": pa.array(writer),
            "is_second_email": pa.array(records.is_second | (rng.random(count) < rates.second_email)),
            "email_error": pa.array(_kinds(rng.random(count), rates.email_domain_error, 4)),
            "false_email": pa.array(_kinds(rng.random(count), rates.placeholder_email, 4)),
        }
