"""One inbox per person or office: what waits, with its clock."""
