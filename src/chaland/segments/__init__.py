"""Room: segments. A definition (JSON) → checked SQL → members and counts; usable in a notebook.

>>> from chaland.segments import read_definition, sentence
>>> read_definition({"version": 1, "where": {"all": []}}).text
'{"version":1,"where":{"all":[]}}'
"""

from __future__ import annotations

from chaland.segments.cubes import build_cubes
from chaland.segments.definition import Definition, read_definition
from chaland.segments.open_base import Cancelled, Estimate, Explained, OpenBase, Run, open_base
from chaland.segments.saved import Saved, SavedSegments
from chaland.segments.sentence import sentence

__all__ = [
    "Cancelled",
    "Definition",
    "Estimate",
    "Explained",
    "OpenBase",
    "Run",
    "Saved",
    "SavedSegments",
    "build_cubes",
    "open_base",
    "read_definition",
    "sentence",
]
