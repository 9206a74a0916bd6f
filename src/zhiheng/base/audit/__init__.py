"""What was done by whom: one hash chain, written in the transaction of the deed."""
