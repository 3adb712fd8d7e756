"""The web application of chaland."""
