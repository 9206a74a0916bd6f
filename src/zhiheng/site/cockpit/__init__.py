"""The front page: what waits, what is urgent, what is good, where the loop stands. Computes no score."""
