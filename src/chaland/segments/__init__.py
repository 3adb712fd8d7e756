"""Room: segments. A definition (JSON) → checked SQL → members and counts; usable in a notebook.

On the folder of a base, `open_base("my-base")`; here on a sample held in memory.

>>> import os; os.environ["CHALAND_LANG"] = "en"
>>> from pathlib import Path
>>> from chaland.insight.sample import AS_OF, sample_engine
>>> from chaland.progress import Reporter
>>> from chaland.segments import OpenBase, SavedSegments, build_cubes, read_definition, sentence
>>> engine = sample_engine()
>>> build_cubes(engine, as_of=AS_OF, reporter=Reporter())
>>> base = OpenBase(engine, SavedSegments(Path("nowhere")))
>>> garden = {"bought": {"department": ["Garden"], "shop": ["north"], "times": {"at_least": 2}, "last_days": 365}}
>>> definition = read_definition({"version": 1, "where": {"all": [garden, {"field": "can_email", "is": "yes"}]}})
>>> sentence(definition)[:72]
'Customers: bought in the department Garden at the shop north at least 2 '
>>> base.count(definition)
21
>>> [(step.alone, step.so_far) for step in base.explain(definition).steps]
[(36, 36), (120, 21)]

Who they are, against the base and against another segment, where the two overlap, and a few of them:

>>> from chaland.segments.study import Profiles, compare, members, overlap, profile, reach, sample
>>> women = read_definition({"version": 1, "where": {"all": [{"field": "sex", "is": "one_of", "value": ["F"]}]}})
>>> profiles = Profiles(base)
>>> with base.asking() as run:
...     one, other = base.bits(definition, run), base.bits(women, run)
...     reached = {channel.channel: channel.customers for channel in reach(profiles, one, run)}
...     shares = {(share.dimension, share.value): share.customers for share in profile(profiles, one, run)}
...     first = compare(profiles, one, other, run)[0].dimension
...     crossed = {both.keys: both.customers for both in overlap(base, {"garden": one, "women": other})}
...     ids = [member.customer_id for member in members(base, one, run, rows=2)]
...     drawn = len(sample(base, one, run, rows=3))
>>> reached["email"], shares["sex", "F"], first, crossed["garden", "women"], ids, drawn
(21, 13, 'sex', 13, ['c010', 'c020'], 3)
>>> base.close()
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
