"""Exams and their papers; the guard that knows which tests the law allows."""
