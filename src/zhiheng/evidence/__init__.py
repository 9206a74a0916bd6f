"""What was seen: exams and papers, collections of sheets, datasets."""
