"""How the county stood beside others, as somebody told it: internal notes, each with its source."""
