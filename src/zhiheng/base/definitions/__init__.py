"""Definitions: 口径, rules and templates as versioned data. Every result cites the version it used."""
