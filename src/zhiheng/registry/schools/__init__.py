"""Towns, schools, campuses, classes and terms."""
