"""Intake: uploads sealed at rest, what each sheet is, confirmed mappings, problems. Knows no pupils."""
