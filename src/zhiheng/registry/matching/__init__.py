"""Whose row is it: rows of sheets to schools, classes and pupils of the registry."""
