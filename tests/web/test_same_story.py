"""The origin tab and `chaland explain` tell the same story: the same pairs, the same bits field by field."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.web.conftest import SignedIn

from chaland.cli import main


def test_the_origin_tab_and_explain_give_the_same_bits_field_by_field(
    signed_in: SignedIn, base_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = signed_in("adviser", shops=["LIL"]).get("/clients/c-camille/origine/")
    shown = {
        (proof.link.record_id_l, proof.link.record_id_r): (
            proof.link.match_weight,
            proof.link.prior_bits,
            dict(proof.told.parts),
            proof.is_weakest,
        )
        for proof in page.context["evidence"]
    }
    capsys.readouterr()
    main(["explain", str(base_folder), "c-camille", "--json"])
    (story,) = json.loads(capsys.readouterr().out)["stories"]
    told = {
        (pair["record_id_l"], pair["record_id_r"]): (
            pair["match_weight"],
            pair["prior"],
            pair["fields"],
            pair["is_weakest"],
        )
        for pair in story["holding"]
    }
    assert len(shown) == story["records"] - 1 > 1
    assert list(shown) == list(told)
    assert shown == told
    for one, other in shown:
        main(["explain", str(base_folder), one, other, "--json"])
        (pair,) = json.loads(capsys.readouterr().out)["pairs"]
        weight, prior, fields, _ = shown[one, other]
        assert (pair["match_weight"], pair["prior"], pair["fields"]) == (weight, prior, fields)
        assert prior + sum(fields.values()) == pytest.approx(weight, abs=0.5)  # bits too few to show are left out
