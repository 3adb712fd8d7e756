"""The engine: the only door to DuckDB. Runs SQL files, writes Parquet, holds tables to their contracts."""

from chaland.engine.duckdb import Engine
from chaland.engine.parallel import map_distinct, worker_count

__all__ = ["Engine", "map_distinct", "worker_count"]
