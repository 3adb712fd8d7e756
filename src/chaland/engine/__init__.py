"""The engine: the only door to DuckDB. Runs SQL files, writes Parquet, holds tables to their contracts."""

from chaland.engine.duckdb import Engine
from chaland.engine.workers import Workers, worker_count

__all__ = ["Engine", "Workers", "worker_count"]
