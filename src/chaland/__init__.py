"""chaland: the open-source customer base for retailers."""

__version__ = "0.1.0"
