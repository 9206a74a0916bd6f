"""Rules as dated, sourced data, and the one loader that reads them."""
