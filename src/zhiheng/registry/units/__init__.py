"""Who heads the grades, classes and subject groups of a school, with which duties, from when to when."""
