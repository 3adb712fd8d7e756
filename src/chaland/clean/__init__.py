"""Clean: landing.* → clean.*: names, addresses, telephones, e-mails, birth dates, grades; the quality report."""

from chaland.clean.records import clean_records

__all__ = ["clean_records"]
