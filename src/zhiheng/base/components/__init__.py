"""Page components, each written once."""
