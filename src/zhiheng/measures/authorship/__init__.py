"""How the papers of each author turned out, for the research office's own learning."""
