"""How many pupils went on to schools outside the county: counts by year and destination, never a name."""
