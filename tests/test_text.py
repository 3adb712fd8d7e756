"""The one key and the two sound codes that cleaning, identity, ingestion and search share."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chaland.clean.text import fold as clean_fold
from chaland.identity.phonetic import phonetic
from chaland.ingest.dates import folded as ingest_folded
from chaland.publish.keys import folded, sound
from chaland.text import consonant_sound, fold
from chaland.text import sound as shared_sound

# name → sound (vowels kept), consonant_sound (vowels dropped)
CODES = [
    ("DUPONT", "DUPON", "DPN"),
    ("DUPOND", "DUPON", "DPN"),
    ("LEFEBVRE", "LEFEBVR", "LFBVR"),
    ("LEFEVRE", "LEFEVR", "LFVR"),
    ("GAUTHIER", "GOTIER", "GTR"),
    ("GAUTIER", "GOTIER", "GTR"),
    ("GAULTIER", "GOLTIER", "GLTR"),
    ("THIBAULT", "TIBOL", "TBL"),
    ("THIBAUD", "TIBO", "TB"),
    ("RENAULT", "RENOL", "RNL"),
    ("RENAUD", "RENO", "RN"),
    ("ROUSSEAU", "ROUSO", "RS"),
    ("SCHMITT", "SMI", "SM"),
    ("SCHMIDT", "SMI", "SM"),
    ("MATTHIEU", "MATIEU", "MT"),
    ("MATHIEU", "MATIEU", "MT"),
    ("HENRY", "2RI", "ANR"),
    ("HENRI", "2RI", "ANR"),
    ("CHALAIN", "SAL1", "SLN"),
    ("MARTIN", "MART1", "MRTN"),
    ("MAXIME", "MAKSIM", "MKSM"),
    ("QUENTIN", "K2T1", "KNTN"),
    ("GUILLAUME", "JILOM", "JLM"),
    ("GEORGES", "JORJ", "JRJ"),
    ("PHILIPPE", "FILI", "FLP"),
    ("WAGNER", "VANER", "VNR"),
    ("HEITZ", "E", "E"),
    ("OEUVRAD", "EUVRA", "EVR"),
    ("X", "K", "K"),
]


@pytest.mark.parametrize(("name", "vowels_kept", "vowels_dropped"), CODES)
def test_a_name_has_the_codes_it_always_had(name: str, vowels_kept: str, vowels_dropped: str) -> None:
    assert (sound(name), phonetic(name)) == (vowels_kept, vowels_dropped)


def test_the_rooms_use_the_same_functions() -> None:
    assert (phonetic, sound) == (consonant_sound, shared_sound)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(max_size=40))
def test_every_room_folds_a_text_to_the_same_key(text: str) -> None:
    assert clean_fold(text) == folded(text) == fold(text) == fold(ingest_folded(text))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(max_size=40))
def test_a_key_is_its_own_key(text: str) -> None:
    assert fold(fold(text)) == fold(text)
