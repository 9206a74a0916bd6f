"""Tables: lazy frames in, lazy frames out, on any engine that Narwhals speaks."""
