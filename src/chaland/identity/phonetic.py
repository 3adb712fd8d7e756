"""How a name sounds, roughly, to find candidate pairs and as one level of comparison: the code of `chaland.text`."""

from __future__ import annotations

from chaland.text import consonant_sound as phonetic

__all__ = ["phonetic"]
