"""How many pupils lie in each band of marks: an internal page, no document."""
