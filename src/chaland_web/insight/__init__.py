"""Understand: a page per study of the base, its figures, their definitions and their export."""
