"""What was filed before it was held: the county's tests, year by year, against the number the rules allow."""
