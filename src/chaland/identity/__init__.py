"""Room identity: clean.records → which records are one person, which persons one home, what is best known of each."""

from chaland.identity.resolve import resolve_identities
from chaland.identity.run import Identified, identify

__all__ = ["Identified", "identify", "resolve_identities"]
