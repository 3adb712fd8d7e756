"""Part: steward. Doubtful pairs decided one key at a time, merges undone, and how far stewards agree."""
