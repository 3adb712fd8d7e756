"""Comparison vectors: for each pair of records, one level per field, from missing to the same rare value.

Equality is decided on dictionary codes; strings are compared once per distinct pair of unequal values, on every core.
The same value is a level per class of frequency (1 in 2, 1 in 4, 1 in 8 …): term frequencies (Winkler 2000) become
plain levels, so that one table of weights tells all. Levels after Winkler 1990 and Christen 2012, "Data Matching".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from chaland.identity import strings
from chaland.identity.birth_dates import date_closeness
from chaland.identity.frequencies import CLASSES as CLASSES
from chaland.identity.frequencies import MANY_BEARERS, Frequencies
from chaland.identity.frequencies import frequency_class as frequency_class
from chaland.identity.records import Coded, Codes, Flags, Ints, Records, Strings

Levels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Comparison:
    """One field compared. Level 0 is missing; then the named levels; then one level a class for each family.

    Attributes:
        name: field, as in `weight_<name>`.
        named: levels other than the same value.
        families: kinds of sameness, each spread over the classes of frequency.
        shared_by_household: two persons of one home agree on it more than strangers do.
        field: field whose weight it adds to, when it is not its own name.
        is_conditional: compared only where other fields agree, so that random pairs say nothing of it.
    """

    name: str
    named: tuple[str, ...]
    families: tuple[str, ...]
    shared_by_household: bool
    field: str = ""
    is_conditional: bool = False

    @property
    def levels(self) -> tuple[str, ...]:
        spread = tuple(f"{family} 1/2^{k}" for family in self.families for k in range(CLASSES))
        return ("missing", *self.named, *spread)

    def level(self, name: str) -> int:
        return 1 + self.named.index(name)

    def family(self, name: str) -> int:
        """Return the level of class 0 of a family."""
        return 1 + len(self.named) + CLASSES * self.families.index(name)


NAME_LEVELS = ("different", "close", "sound", "initial", "part", "typo", "swapped")
FIRST_NAME = Comparison("first_name", (*NAME_LEVELS, "initials", "diminutive"), ("same",), shared_by_household=False)
LAST_NAME = Comparison("last_name", (*NAME_LEVELS, "birth_name"), ("same",), shared_by_household=True)
SEX = Comparison("sex", ("different", "same"), (), shared_by_household=False)
BIRTH_DATE = Comparison(
    "birth_date",
    ("different", "one_part", "two_parts", "digit", "day_month", "year"),
    ("same",),
    shared_by_household=False,
)
ADDRESS = Comparison(
    "address",
    ("elsewhere", "area", "town_close", "home_elsewhere", "street_close", "home_close"),
    ("town", "town_only", "street", "home"),
    shared_by_household=True,
)
PHONE = Comparison("phone", ("different", "digit"), ("landline", "mobile"), shared_by_household=True)
EMAIL = Comparison("email", ("different", "close", "local", "typo"), ("same",), shared_by_household=True)
# two persons of one name have e-mails alike: there, likeness of what is made of the name is no new evidence
EMAIL_OF_NAME = Comparison(
    "email_of_name",
    ("different", "alike", "number", "same"),
    (),
    shared_by_household=False,
    field="email",
    is_conditional=True,
)
# that nobody else bears both names, however common each: a likelier reading is that he is the same
NAMESAKES = Comparison(
    "namesakes",
    ("many", "six", "four", "three", "two"),
    (),
    shared_by_household=True,
    field="last_name",
    is_conditional=True,
)
CARD = Comparison("card", ("different", "digit"), ("same",), shared_by_household=False)
ORGANISATION = Comparison(
    "organisation", ("different", "some_words", "most_words", "close"), ("same",), shared_by_household=False
)
# what else a person is known by: it is compared where it is told, and the file says what it is worth
EMPLOYER, OCCUPATION, BIRTH_PLACE = (
    Comparison(name, ("different", "close"), ("same",), shared_by_household=is_shared, field=field)
    for name, is_shared, field in (
        ("employer", True, "organisation"),
        ("occupation", False, ""),
        ("birth_place", True, ""),
    )
)
TRAITS = (EMPLOYER, OCCUPATION, BIRTH_PLACE)
AREA_SIGNS = 2
"""Signs at the head of a postcode that name its area: a département, a Leitregion, a provincia, some states."""
DIFFERENT = 1
"""Level at which two values are simply different, in every comparison."""
COMPARISONS = (
    FIRST_NAME,
    LAST_NAME,
    SEX,
    BIRTH_DATE,
    ADDRESS,
    PHONE,
    EMAIL,
    EMAIL_OF_NAME,
    NAMESAKES,
    CARD,
    ORGANISATION,
    *TRAITS,
)


_TELL_LITTLE_OF_SEX = [FIRST_NAME.level(name) for name in ("different", "initial", "initials", "diminutive")]
_LESS_THAN_DIMINUTIVE = [
    FIRST_NAME.level(name) for name in ("different", "close", "sound", "initial", "part", "initials")
]


class Comparer:
    """Compares records of one file, keeping what every chunk of pairs needs again."""

    def __init__(self, records: Records, frequencies: Frequencies | None = None) -> None:
        """Prepare the records; their frequencies are their own unless those of a larger base are given."""
        self.records = records
        known = frequencies or Frequencies.of(records)
        self.first_class = known.first_name
        self.last_class = known.last_name
        self.bearers = known.bearers
        self.birth_class = known.birth_date
        self.town_class = known.town
        self.street_class = known.street
        self.home_class = known.home
        self.number_class = known.number
        self.email_class = known.email
        self.card_class = known.card
        self.organisation_class = known.organisation
        self.first = strings.Names.of(records.first_name).with_kin(records.first_name, known.nicknames)
        self.last = strings.Names.of(records.last_name)
        self.street = strings.Phrases.of(records.street, may_be_cut=True, rarity=known.street_words)
        self.organisation = strings.Phrases.of(records.organisation, may_be_cut=False, rarity=known.organisation_words)
        self.city = strings.Texts.of(records.city.values)
        self.postcode = strings.Texts.of(records.postcode.values)
        self.area = _areas(records.postcode.values)
        self.number = strings.Texts.of(records.numbers)
        self.email = strings.Texts.of(records.email.values)
        self.email_local = strings.Texts.of(records.email_local.values)
        self.card = strings.Texts.of(records.card.values)
        self.traits = {one.name: strings.Texts.of(_column(records, one).values) for one in TRAITS}
        self.trait_classes = {one.name: getattr(known, one.name) for one in TRAITS}
        self.email_number = records.email_number
        self.is_mobile = _are_mobiles(records.numbers)

    def learn(self, nicknames: Iterable[tuple[str, str]]) -> None:
        """Take pairs of first names as names that one person may bear, from now on."""
        self.first = self.first.with_kin(self.records.first_name, nicknames)

    @property
    def kin_share(self) -> float:
        """Share of all pairs of records whose first names one person may bear."""
        return self.first.kin_share(self.records.first_name.counts)

    def renamed(self, left: Ints, right: Ints, levels: Levels) -> Levels:
        """Return levels compared before nicknames were learnt, as they are now."""
        first = self.records.first_name.codes.astype(np.int64)
        at = np.flatnonzero(np.isin(levels[:, 0], _LESS_THAN_DIMINUTIVE))
        at = at[self.first.are_kin(first[left[at]], first[right[at]])]
        out = levels.copy()
        out[at] = self.compare(left[at], right[at])  # a name made kin changes what sex and e-mail say too
        return out

    def compare(self, left: Ints, right: Ints) -> Levels:
        """Return the levels of each pair: one row a pair, one column per comparison of COMPARISONS."""
        out = np.zeros((len(left), len(COMPARISONS)), dtype=np.uint8)
        first, last = self._names(left, right)
        out[:, 0], out[:, 1] = first, last
        out[:, 2] = self._sex(left, right, first)
        out[:, 3] = self._birth_date(left, right)
        out[:, 4] = self._address(left, right)
        out[:, 5] = self._phone(left, right)
        out[:, 6] = self._email(left, right)
        out[:, 6], out[:, 7] = self._of_name(left, right, out[:, 6], first, last)
        out[:, 8] = self._namesakes(left, right, first, last)
        out[:, 9] = self._card(left, right)
        out[:, 10] = self._organisation(left, right)
        for place, trait in enumerate(TRAITS, start=11):
            out[:, place] = self._trait(trait, left, right)
        return out

    def _names(self, left: Ints, right: Ints) -> tuple[Levels, Levels]:
        r = self.records
        first = self.first.levels(FIRST_NAME, r.first_name.codes[left], r.first_name.codes[right])
        last = self.last.levels(LAST_NAME, r.last_name.codes[left], r.last_name.codes[right])
        same_first = first == FIRST_NAME.family("same")
        first[same_first] += self.first_class[left[same_first]]
        same_last = last == LAST_NAME.family("same")
        last[same_last] += self.last_class[left[same_last]]
        weak = (first <= FIRST_NAME.level("close")) & (last <= LAST_NAME.level("close"))
        swapped = np.flatnonzero(weak)
        if len(swapped):
            whole, by_initials = self._are_swapped(left[swapped], right[swapped])
            first[swapped[whole]] = FIRST_NAME.level("swapped")
            first[swapped[by_initials]] = FIRST_NAME.level("initials")
            last[swapped[whole | by_initials]] = LAST_NAME.level("swapped")
        if r.birth_name.present:
            open_ = np.flatnonzero(last < LAST_NAME.level("part"))
            known = self._share_birth_name(left[open_], right[open_])
            last[open_[known]] = LAST_NAME.level("birth_name")
        return first, last

    def _are_swapped(self, left: Ints, right: Ints) -> tuple[Flags, Flags]:
        """Tell whether the first name of each is the last name of the other, but for a slip; or but for initials."""
        first, last = self.records.first_name.codes, self.records.last_name.codes
        one = strings.alike_across(self.first, self.last, first[left], last[right])
        other = strings.alike_across(self.first, self.last, first[right], last[left])
        whole = one & other
        initials = np.zeros(len(left), dtype=bool)
        for at, a, b in ((np.flatnonzero(one & ~other), right, left), (np.flatnonzero(other & ~one), left, right)):
            given, family = first[a[at]], last[b[at]]
            initials[at] = strings.initials_across(self.first, self.last, given, family)
            whole[at] = ~initials[at] & strings.close_across(self.first, self.last, given, family)
        return whole, initials

    def _share_birth_name(self, left: Ints, right: Ints) -> Flags:
        r = self.records
        birth_l, birth_r = r.birth_name_as_last[left], r.birth_name_as_last[right]
        last_l, last_r = r.last_name.codes[left], r.last_name.codes[right]
        one: Flags = (birth_l >= 0) & ((birth_l == last_r) | (birth_l == birth_r))
        other: Flags = (birth_r >= 0) & (birth_r == last_l)
        return one | other

    def _sex(self, left: Ints, right: Ints, first: Levels) -> Levels:
        """Sex says something only where the first names do not already say it."""
        codes = self.records.sex.codes
        one, other = codes[left], codes[right]
        told = (first == 0) | np.isin(first, _TELL_LITTLE_OF_SEX)
        level = np.where(one == other, SEX.level("same"), SEX.level("different")).astype(np.uint8)
        return np.where((one >= 0) & (other >= 0) & told, level, 0).astype(np.uint8)

    def _birth_date(self, left: Ints, right: Ints) -> Levels:
        r = self.records
        level = date_closeness(r.birth_date[left], r.birth_date[right])
        year_l, year_r = r.birth_year[left], r.birth_year[right]
        by_year = (level == 0) & (year_l >= 0) & (year_r >= 0)  # the day is not known of one, or of both
        level[by_year] = np.where(year_l == year_r, BIRTH_DATE.level("year"), DIFFERENT)[by_year]
        same = np.flatnonzero(level == BIRTH_DATE.family("same"))
        level[same] += self.birth_class[left[same]]
        return level

    def _address(self, left: Ints, right: Ints) -> Levels:
        r = self.records
        street, _ = self.street.overlap(r.street.codes[left], r.street.codes[right])
        number_l, number_r = r.street_number.codes[left], r.street_number.codes[right]
        same_number = (number_l == number_r) & (number_l >= 0)
        town_l, town_r = r.town.codes[left], r.town.codes[right]
        no_town = (town_l < 0) | (town_r < 0)
        post_l, post_r = r.postcode.codes[left], r.postcode.codes[right]
        same_town = ((town_l == town_r) & (town_l >= 0)) | ((post_l == post_r) & (post_l >= 0))
        close_town = ~same_town & ~no_town
        at = np.flatnonzero(close_town)
        at_l, at_r = left[at], right[at]
        close_town[at] = self.city.alike(r.city.codes[at_l], r.city.codes[at_r])
        close_town[at] |= self.postcode.alike(post_l[at], post_r[at])
        here = same_town | close_town | no_town
        no_street = street == strings.MISSING
        level = np.full(len(left), ADDRESS.level("elsewhere"), dtype=np.uint8)
        area_l, area_r = np.append(self.area, -1)[post_l], np.append(self.area, -1)[post_r]
        level[(area_l == area_r) & (area_l >= 0)] = ADDRESS.level("area")
        level[close_town] = ADDRESS.level("town_close")
        town = np.where(no_street, ADDRESS.family("town_only"), ADDRESS.family("town")) + _commoner(
            self.town_class, left, right
        )
        level[same_town] = town[same_town]
        level[(street == strings.SAME) & same_number & ~here] = ADDRESS.level("home_elsewhere")
        level[(street == strings.CLOSE) & here] = ADDRESS.level("street_close")
        level[(street == strings.CLOSE) & same_number & here] = ADDRESS.level("home_close")
        in_street = (street == strings.SAME) & here & ~same_number
        level[in_street] = ADDRESS.family("street") + _commoner(self.street_class, left[in_street], right[in_street])
        at_home = (street == strings.SAME) & here & same_number
        level[at_home] = ADDRESS.family("home") + _commoner(self.home_class, left[at_home], right[at_home])
        level[no_street & no_town & ~same_town] = 0
        return level

    def _phone(self, left: Ints, right: Ints) -> Levels:
        r = self.records
        phone_l, phone_r, mobile_l, mobile_r = r.phone[left], r.phone[right], r.mobile[left], r.mobile[right]
        comparable = ((phone_l >= 0) & (phone_r >= 0)) | ((mobile_l >= 0) & (mobile_r >= 0))
        level = np.where(comparable, PHONE.level("different"), 0).astype(np.uint8)
        for one, other in ((phone_l, phone_r), (mobile_l, mobile_r)):
            at = np.flatnonzero((one >= 0) & (other >= 0) & (one != other))
            slip = self.number.slips(one[at], other[at], most=1) <= 1
            level[at[slip]] = PHONE.level("digit")
        for one, other in ((phone_l, phone_r), (phone_l, mobile_r), (mobile_l, phone_r), (mobile_l, mobile_r)):
            at = np.flatnonzero((one == other) & (one >= 0))
            mobile = self.is_mobile[one[at]]
            base = np.where(mobile, PHONE.family("mobile"), PHONE.family("landline"))
            level[at] = np.maximum(level[at], base + self.number_class[one[at]])
        return level

    def _email(self, left: Ints, right: Ints) -> Levels:
        r = self.records
        one, other = r.email.codes[left], r.email.codes[right]
        level = np.zeros(len(left), dtype=np.uint8)
        at = np.flatnonzero((one >= 0) & (other >= 0) & (one != other))
        found = np.full(len(at), EMAIL.level("different"), dtype=np.uint8)
        local_l, local_r = r.email_local.codes[left[at]], r.email_local.codes[right[at]]
        told = np.flatnonzero((local_l >= 0) & (local_r >= 0))
        found[told[self.email_local.likeness(local_l[told], local_r[told], least=0.92)]] = EMAIL.level("close")
        found[(local_l == local_r) & (local_l >= 0)] = EMAIL.level("local")
        found[self.email.slips(one[at], other[at], most=2) <= 2] = EMAIL.level("typo")
        level[at] = found
        same = (one == other) & (one >= 0)
        level[same] = EMAIL.family("same") + self.email_class[left[same]]
        return level

    def _of_name(self, left: Ints, right: Ints, email: Levels, first: Levels, last: Levels) -> tuple[Levels, Levels]:
        """Move the e-mails made of a name both records bear to their own comparison."""
        made = self.records.is_email_of_name[left] & self.records.is_email_of_name[right] & (email > 0)
        made &= (last >= LAST_NAME.level("close")) & ((first >= FIRST_NAME.level("close")) | (first == 0))
        alike = np.where(email >= EMAIL.level("close"), EMAIL_OF_NAME.level("alike"), EMAIL_OF_NAME.level("different"))
        number_l, number_r = self.email_number[left], self.email_number[right]
        alike = np.where((number_l == number_r) & (number_l >= 0), EMAIL_OF_NAME.level("number"), alike)
        alike = np.where(email >= EMAIL.family("same"), EMAIL_OF_NAME.level("same"), alike)
        return np.where(made, 0, email).astype(np.uint8), np.where(made, alike, 0).astype(np.uint8)

    def _namesakes(self, left: Ints, right: Ints, first: Levels, last: Levels) -> Levels:
        """Return how many records bear the two names, where both records bear both."""
        bearers = np.maximum(self.bearers[left], self.bearers[right])
        is_same = (first >= FIRST_NAME.family("same")) & (last >= LAST_NAME.family("same"))
        return np.where(is_same, _LEVEL_OF_BEARERS[np.minimum(bearers, MANY_BEARERS)], 0).astype(np.uint8)

    def _card(self, left: Ints, right: Ints) -> Levels:
        card = self.records.card
        one, other = card.codes[left], card.codes[right]
        level = np.zeros(len(left), dtype=np.uint8)
        at = np.flatnonzero((one >= 0) & (other >= 0) & (one != other))
        slip = self.card.slips(one[at], other[at], most=1) <= 1
        level[at] = np.where(slip, CARD.level("digit"), CARD.level("different"))
        same = (one == other) & (one >= 0)
        level[same] = CARD.family("same") + self.card_class[left[same]]
        return level

    def _organisation(self, left: Ints, right: Ints) -> Levels:
        codes = self.records.organisation.codes
        closeness, words = self.organisation.overlap(codes[left], codes[right])
        level = np.full(len(left), ORGANISATION.level("different"), dtype=np.uint8)
        level[words >= 0.3] = ORGANISATION.level("some_words")
        level[words >= 0.6] = ORGANISATION.level("most_words")
        level[closeness == strings.CLOSE] = ORGANISATION.level("close")
        same = closeness == strings.SAME
        level[same] = ORGANISATION.family("same") + _commoner(self.organisation_class, left[same], right[same])
        level[closeness == strings.MISSING] = 0
        return level

    def _trait(self, trait: Comparison, left: Ints, right: Ints) -> Levels:
        codes = _column(self.records, trait).codes
        one, other = codes[left], codes[right]
        level = np.zeros(len(left), dtype=np.uint8)
        at = np.flatnonzero((one >= 0) & (other >= 0) & (one != other))
        close = self.traits[trait.name].likeness(one[at], other[at], least=0.9)
        level[at] = np.where(close, trait.level("close"), DIFFERENT)
        same = (one == other) & (one >= 0)
        level[same] = trait.family("same") + self.trait_classes[trait.name][left[same]]
        return level


_LEVEL_OF_BEARERS = np.array(
    [NAMESAKES.level(name) for name in ("two", "two", "two", "three", "four", "six", "six", "many")], dtype=np.uint8
)
"""Level of NAMESAKES by the count of those who bear both names."""


def _commoner(classes: Levels, left: Ints, right: Ints) -> Levels:
    """Return the class of the more frequent of two values written differently: the lesser evidence."""
    return np.minimum(classes[left], classes[right])


def _column(records: Records, trait: Comparison) -> Coded:
    """Return the column of the records that a trait compares."""
    column: Coded = getattr(records, trait.name)
    return column


def _areas(postcodes: Strings) -> Codes:
    """Return, for each distinct postcode, the number of the area it is of: that of its first two signs; -1 if none."""
    starts = pc.dictionary_encode(pc.utf8_slice_codeunits(pa.array(postcodes, pa.string()), 0, AREA_SIGNS))
    found: Codes = starts.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return found


def _are_mobiles(numbers: Strings) -> Flags:
    texts = pa.array(numbers, pa.string())
    found: Flags = pc.match_substring_regex(texts, r"^\+33[67]").to_numpy(zero_copy_only=False)
    return found


def compare_in_chunks(
    comparer: Comparer, left: npt.NDArray[np.integer], right: npt.NDArray[np.integer], chunk: int = 1_000_000
) -> Levels:
    """Return the levels of many pairs, a million at a time: memory stays bounded."""
    parts = [
        comparer.compare(left[start : start + chunk].astype(np.int64), right[start : start + chunk].astype(np.int64))
        for start in range(0, len(left), chunk)
    ]
    return np.concatenate(parts) if parts else np.zeros((0, len(COMPARISONS)), dtype=np.uint8)
