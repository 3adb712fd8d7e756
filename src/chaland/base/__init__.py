"""Room: base."""
