"""Room: base. clean.* + identity.* + landing facts → base.*, the star schema, reconciled to its sources."""

from __future__ import annotations

from chaland.base.build import build_base

__all__ = ["build_base"]
