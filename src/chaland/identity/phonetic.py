"""How a name sounds, roughly: one code for spellings that a French, English or German ear takes for one name.

Only used to find candidate pairs and as one level of comparison; it never decides alone.
"""

from __future__ import annotations

import re

_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"[^A-Z]", ""),
        (r"SCH|SH|CH", "S"),
        (r"PH", "F"),
        (r"QU|CK|Q", "K"),
        (r"GN", "N"),
        (r"GU(?=[EIY])", "G"),
        (r"GE(?=[AO])|G(?=[EIY])", "J"),
        (r"C(?=[EIY])", "S"),
        (r"C", "K"),
        (r"X", "KS"),
        (r"Z", "S"),
        (r"W", "V"),
        (r"Y", "I"),
        (r"H", ""),
        (r"OE|AE", "E"),
        (r"EAU|AU", "O"),
        (r"[AE][MN](?![AEIOUMN])", "AN"),
        (r"(?<=.)(E|[DTSXP]+)$", ""),
        (r"(?<=.)[AEIOU]+", ""),
        (r"(.)\1+", r"\1"),
    )
)


def phonetic(name: str) -> str:
    """Return the code of a folded name: its first sound, then its consonants.

    >>> phonetic("PHILIPPE"), phonetic("FILIPE"), phonetic("DUPOND") == phonetic("DUPONT")
    ('FLP', 'FLP', True)
    """
    code = name
    for pattern, replacement in _RULES:
        code = pattern.sub(replacement, code)
    return code or name
