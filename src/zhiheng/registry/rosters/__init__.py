"""School lists, pupil rosters and teaching assignments, brought in through the same intake as scores."""
