"""Who set a paper, under which version of the rules for setting papers, and whether it was checked against them."""
