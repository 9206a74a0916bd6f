"""Pupils: a random number, dated enrolment, and an identity vault that analyses never read."""
