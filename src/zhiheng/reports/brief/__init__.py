"""领导一页纸: one A4 page after a test."""
