"""The main job from end to end: a folder of sheets to documents, as the command line runs it."""
