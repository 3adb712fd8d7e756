"""Room: publish. base.* → a snapshot, written beside, checked and swapped in; and what reads it."""

from __future__ import annotations

from chaland.publish.cards import write_cards
from chaland.publish.manifest import Manifest, check_snapshot, read_manifest
from chaland.publish.place import lease, pinned, snapshot_in_force, snapshots
from chaland.publish.reader import CurrentSnapshot, Reader, Snapshot
from chaland.publish.search import Hit, Match, search
from chaland.publish.snapshot import previous_snapshot, publish_snapshot

__all__ = [
    "CurrentSnapshot",
    "Hit",
    "Manifest",
    "Match",
    "Reader",
    "Snapshot",
    "check_snapshot",
    "lease",
    "pinned",
    "previous_snapshot",
    "publish_snapshot",
    "read_manifest",
    "search",
    "snapshot_in_force",
    "snapshots",
    "write_cards",
]
