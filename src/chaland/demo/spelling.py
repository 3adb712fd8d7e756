"""Other writings of a whole dictionary of words: without accents, abbreviated, as in an e-mail address.

Each word is rewritten once; records then choose a writing by its index.
"""

from __future__ import annotations

import re
import unicodedata

import pyarrow as pa

ABBREVIATIONS = (
    ("^Avenue ", "av. "),
    ("^Boulevard ", "bd "),
    ("^Place ", "pl. "),
    ("^Chemin ", "che "),
    ("^Route ", "rte "),
    ("^Rue ", "R. "),
    ("Général ", "Gal "),
    ("Maréchal ", "Mal "),
    ("Docteur ", "Dr "),
    ("Saint-", "St "),
    ("Sainte-", "Ste "),
)


def without_accents(text: str) -> str:
    """Return the text without its accents; œ stays.

    >>> without_accents("Hélène Lebœuf")
    'Helene Lebœuf'
    """
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))


def abbreviated(street: str) -> str:
    """Return a street with its usual short forms.

    >>> abbreviated("Avenue du Général Leclerc")
    'av. du Gal Leclerc'
    """
    for long, short in ABBREVIATIONS:
        street = re.sub(long, short, street)
    return street


def mail_word(name: str) -> str:
    """Return a name as the local part of an e-mail address writes it.

    >>> mail_word("Jean-Noël"), mail_word("Lebœuf")
    ('jeannoel', 'leboeuf')
    """
    plain = without_accents(name).lower().replace("œ", "oe").replace("æ", "ae")
    return re.sub("[^a-z0-9]", "", plain)


def with_plain(words: pa.Array) -> pa.Array:
    """Return the words, then the same without accents: add the length to an index to lose them."""
    return pa.concat_arrays([words, pa.array([without_accents(word or "") for word in words.to_pylist()])])


def with_short(streets: pa.Array) -> pa.Array:
    """Return the streets, then the same abbreviated."""
    return pa.concat_arrays([streets, pa.array([abbreviated(street) for street in streets.to_pylist()])])


def mail_words(names: pa.Array) -> pa.Array:
    """Return each name as an e-mail address writes it."""
    return pa.array([mail_word(name) for name in names.to_pylist()])
