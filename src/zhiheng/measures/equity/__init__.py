"""Equity: how far the schools of a county lie apart in one exam, and from year to year. No school is named."""
