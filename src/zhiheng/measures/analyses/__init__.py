"""Analyses: one run over one dataset under one 口径; tables as Parquet, key figures as observations."""
