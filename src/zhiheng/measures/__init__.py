"""What it amounts to: analyses of published datasets."""
