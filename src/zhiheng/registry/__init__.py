"""Who and where: schools, classes, pupils and their identity vault, teachers, terms, teaching assignments."""
