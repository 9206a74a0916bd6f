"""Find a school or an exam from anywhere."""
