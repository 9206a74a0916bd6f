"""Numbers: arrays and settings in, one frozen result out. No files, no web, no clock."""
