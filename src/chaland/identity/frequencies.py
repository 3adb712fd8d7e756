"""How frequent a value is: the same rare value weighs more than the same common one (Winkler 2000).

Frequencies come from the records compared; or, for a few records held against a base, from the index that the last
whole run left, so that a pair gets the same levels one by one as in the batch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chaland.identity.records import Codes, Ints, Records, Strings

Classes = npt.NDArray[np.uint8]
Rarity = Callable[[Strings], npt.NDArray[np.float64]]
"""Words → natural log of the inverse of each one's share of the distinct values."""

CLASSES = 21
"""Classes of frequency of a value: class k holds the values carried by about one record in 2^k."""


def frequency_class(counts: Ints, present: int) -> Classes:
    """Return the class of each value: round(log2(present / count)), at most CLASSES - 1.

    >>> frequency_class(np.array([64, 1]), 128).tolist()
    [1, 7]
    """
    if not len(counts):
        return np.zeros(0, dtype=np.uint8)
    rarity = np.log2(max(present, 1) / np.maximum(counts, 1))
    return np.clip(np.rint(rarity), 0, CLASSES - 1).astype(np.uint8)


def class_of_codes(codes: Codes) -> Classes:
    """Return the class of frequency of each record's value; the rarest for a missing one."""
    counts = np.bincount(codes[codes >= 0], minlength=1).astype(np.int64)
    classes = frequency_class(counts, int((codes >= 0).sum()))
    return np.append(classes, np.uint8(CLASSES - 1))[codes]


def class_of_dates(dates: npt.NDArray[np.int32]) -> Classes:
    """Return the class of frequency of each date (yyyymmdd); the rarest for a missing one."""
    known = dates >= 0
    distinct = np.sort(dates[known])
    counts = np.searchsorted(distinct, dates, "right") - np.searchsorted(distinct, dates, "left")
    classes = frequency_class(counts.astype(np.int64), int(known.sum()))
    return np.where(known, classes, CLASSES - 1).astype(np.uint8)


MANY_BEARERS = 7
"""Records that bear the same first and last name, beyond which they are not told apart by their count."""


def bearers(records: Records) -> Classes:
    """Return how many records bear both names of each record, MANY_BEARERS at most; that for one without both."""
    counts = np.append(np.minimum(np.bincount(records.full_name + 1)[1:], MANY_BEARERS), MANY_BEARERS)
    return counts[records.full_name].astype(np.uint8)


@dataclass(frozen=True)
class Frequencies:
    """Class of frequency of each record's values (one entry per record), of each number, and the rarity of words."""

    first_name: Classes
    last_name: Classes
    bearers: Classes  # not a class: how many records bear both names, at most MANY_BEARERS
    birth_date: Classes
    town: Classes
    street: Classes
    home: Classes
    email: Classes
    card: Classes
    organisation: Classes
    employer: Classes
    occupation: Classes
    birth_place: Classes
    number: Classes  # by code in Records.numbers
    street_words: Rarity | None = None
    organisation_words: Rarity | None = None
    nicknames: tuple[tuple[str, str], ...] = ()
    """Pairs of first names that one person may bear, where a larger base has shown it."""

    @classmethod
    def of(cls, records: Records) -> Frequencies:
        """Return the frequencies found in the records themselves."""
        return cls(
            first_name=class_of_codes(records.first_name.codes),
            last_name=class_of_codes(records.last_name.codes),
            bearers=bearers(records),
            birth_date=class_of_dates(records.birth_date),
            town=class_of_codes(records.town.codes),
            street=class_of_codes(records.street_at),
            home=class_of_codes(records.home),
            email=class_of_codes(records.email.codes),
            card=class_of_codes(records.card.codes),
            organisation=class_of_codes(records.organisation.codes),
            employer=class_of_codes(records.employer.codes),
            occupation=class_of_codes(records.occupation.codes),
            birth_place=class_of_codes(records.birth_place.codes),
            number=frequency_class(records.number_counts, int(records.number_counts.sum())),
        )
