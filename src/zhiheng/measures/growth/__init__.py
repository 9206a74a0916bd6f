"""Growth: what a cohort gained since an earlier test, and how far schools can be told apart by it."""
