"""Teachers and what they teach, dated."""
