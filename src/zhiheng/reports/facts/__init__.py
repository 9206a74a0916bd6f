"""Facts: an analysis' tables as frozen values with their counts, intervals and sentences. Documents only arrange them."""
