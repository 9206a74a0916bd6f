"""收表台: ask schools for a sheet, see what came, return it with reasons, remind."""
