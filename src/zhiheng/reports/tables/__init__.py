"""Tables that several documents share. They pick and order facts; they compute nothing."""
