"""Which pupils take a course of their school's own (校本课程), from the lists of its courses."""
