"""安禾县, a county that does not exist: its people, its tests, and the messy sheets its schools send."""
