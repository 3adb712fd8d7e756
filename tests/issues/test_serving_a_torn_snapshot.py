"""`chaland serve` on a base whose manifest is torn ended in a traceback of the web application."""

from __future__ import annotations

from pathlib import Path

import pytest

from chaland.cli import main


def test_a_torn_manifest_is_told_before_serving(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    snapshot = tmp_path / "snapshots" / "20260930T000000Z"
    snapshot.mkdir(parents=True)
    (snapshot / "manifest.json").write_text("{", encoding="utf-8")
    (tmp_path / "current").symlink_to(Path("snapshots") / snapshot.name)
    (tmp_path / "chaland.toml").write_text('[base]\nname = "Brindille"\n', encoding="utf-8")
    with pytest.raises(SystemExit) as caught:
        main(["serve", str(tmp_path), "--port", "1"])
    assert caught.value.code == 7
    assert "manifest.json est illisible : il est déchiré." in capsys.readouterr().err
